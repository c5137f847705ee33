import type { FormValues } from '../../../lib/schemas/broker-form.ts'
import {
  type BrokerForm,
  FormError,
  field,
  isTlsOn,
  linesIn,
  onlyDefined,
  textIn,
  tlsFields,
  tlsFilesOf,
  tlsValuesOf,
} from '../contract/index.ts'
import { type RedisOptions, readAccess, textOfAddress } from './options.ts'

export const redisForm: BrokerForm<RedisOptions> = {
  fields: [
    field({
      name: 'layout',
      label: 'Layout',
      control: 'choice',
      choices: [
        { value: 'single', label: 'One server' },
        { value: 'cluster', label: 'Cluster' },
      ],
      required: true,
      target: true,
    }),
    field({
      name: 'url',
      label: 'Address',
      control: 'text',
      placeholder: 'redis.internal:6379',
      required: true,
      target: true,
      when: { field: 'layout', is: ['single'] },
    }),
    field({
      name: 'cluster',
      label: 'Addresses of some nodes',
      control: 'list',
      placeholder: 'redis-1.internal:6379',
      help: 'One a line. Any of them leads to the whole cluster.',
      required: true,
      target: true,
      when: { field: 'layout', is: ['cluster'] },
    }),
    field({
      name: 'username',
      label: 'User name',
      control: 'text',
      placeholder: 'default',
      help: 'Empty where only a password is asked for.',
    }),
    field({ name: 'password', label: 'Password', control: 'password' }),
    ...tlsFields,
    field({
      name: 'database',
      label: 'Database',
      control: 'text',
      placeholder: '0',
      advanced: true,
      when: { field: 'layout', is: ['single'] },
    }),
    field({
      name: 'deadLetters',
      label: 'Dead-letter streams',
      control: 'list',
      placeholder: 'orders:dead, orders, error, tries',
      help: 'Redis has none of its own. One a line: stream, origin, then the fields that hold cause and attempts (both may be left out).',
      advanced: true,
    }),
    field({
      name: 'bodyField',
      label: 'Field of the body',
      control: 'text',
      placeholder: 'payload',
      help: 'Which field of an entry is its body. Empty: the first of body, payload, data, message, value.',
      advanced: true,
    }),
  ],
  toOptions(values) {
    const isSingle = textIn(values, 'layout') === 'single'
    const files = isTlsOn(values) ? tlsFilesOf(values) : undefined
    const deadLetters = linesIn(values, 'deadLetters').map(readDeadLetter)
    return onlyDefined({
      url: isSingle ? writeUrl(values) : undefined,
      cluster: isSingle ? undefined : linesIn(values, 'cluster').map(readSeed),
      username: textIn(values, 'username'),
      password: textIn(values, 'password'),
      tls: files ?? (isTlsOn(values) && !isSingle ? true : undefined),
      deadLetters: deadLetters.length === 0 ? undefined : deadLetters,
      bodyField: textIn(values, 'bodyField'),
    })
  },
  toValues(options) {
    const { seeds, isCluster, db, username, password, tls } = readAccess(options)
    const [seed] = seeds
    return onlyDefined({
      layout: isCluster ? 'cluster' : 'single',
      url: !isCluster && seed ? textOfAddress(seed) : undefined,
      cluster: isCluster ? seeds.map(textOfAddress) : undefined,
      username,
      password,
      ...tlsValuesOf(tls, tls !== false),
      database: db === 0 ? undefined : String(db),
      deadLetters: options.deadLetters?.map(({ stream, origin, cause, attempts }) =>
        [stream, origin, ...(cause || attempts ? [cause ?? ''] : []), ...(attempts ? [attempts] : [])].join(
          ', ',
        ),
      ),
      bodyField: options.bodyField,
    }) as FormValues
  },
}

const ownFields = 'user name and password have fields of their own'

/** `host`, `host:port`, or a whole URL; a database in its path counts unless the field says another. */
function writeUrl(values: FormValues): string {
  const text = textIn(values, 'url') ?? ''
  const refuse = (message: string, name = 'url') => new FormError([{ field: name, message }])
  const isUrl = /^rediss?:\/\//i.test(text)
  const url = URL.parse(isUrl ? text : `redis://${text}`)
  if (!url || url.hostname === '' || url.search !== '' || (!isUrl && text.includes('//')))
    throw refuse('expected host:port')
  if (url.username !== '' || url.password !== '') throw refuse(ownFields)
  const database = textIn(values, 'database')
  if (database !== undefined && !/^\d{1,5}$/.test(database)) throw refuse('expected a number', 'database')
  const db = database ?? url.pathname.slice(1)
  const scheme = isTlsOn(values) || url.protocol === 'rediss:' ? 'rediss' : 'redis'
  return `${scheme}://${url.hostname}:${url.port || '6379'}${db === '' || db === '0' ? '' : `/${db}`}`
}

function readSeed(line: string): string {
  if (line.includes('@')) throw new FormError([{ field: 'cluster', message: ownFields }])
  return line.replace(/^rediss?:\/\//i, '')
}

function readDeadLetter(line: string): Record<string, unknown> {
  const [stream, origin, cause, attempts, ...rest] = line.split(',').map((part) => part.trim() || undefined)
  if (stream === undefined || origin === undefined || rest.length > 0) {
    const message = 'expected stream, origin, and up to two field names on each line'
    throw new FormError([{ field: 'deadLetters', message }])
  }
  return onlyDefined({ stream, origin, cause, attempts })
}
