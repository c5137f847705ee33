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
import type { KafkaOptions } from './options.ts'

const mechanisms = ['scram-sha-512', 'scram-sha-256', 'plain']
const whenSasl = { field: 'mechanism', is: mechanisms }

export const kafkaForm: BrokerForm<KafkaOptions> = {
  fields: [
    field({
      name: 'bootstrap',
      label: 'Bootstrap addresses',
      control: 'list',
      placeholder: 'kafka-1.internal:9092',
      help: 'One a line. Any of them leads to the whole cluster.',
      required: true,
      target: true,
    }),
    ...tlsFields,
    field({
      name: 'mechanism',
      label: 'Sign-in',
      control: 'choice',
      help: 'As the listener wants it (SASL).',
      choices: [
        { value: 'none', label: 'None' },
        ...mechanisms.map((value) => ({ value, label: value.toUpperCase() })),
      ],
    }),
    field({ name: 'username', label: 'User name', control: 'text', required: true, when: whenSasl }),
    field({ name: 'password', label: 'Password', control: 'password', required: true, when: whenSasl }),
  ],
  toOptions(values) {
    const mechanism = textIn(values, 'mechanism') ?? 'none'
    return onlyDefined({
      bootstrap: linesIn(values, 'bootstrap').map(readAddress),
      tls: isTlsOn(values) ? (tlsFilesOf(values) ?? true) : undefined,
      sasl:
        mechanism === 'none'
          ? undefined
          : {
              mechanism,
              username: textIn(values, 'username') ?? '',
              password: textIn(values, 'password') ?? '',
            },
    })
  },
  toValues({ bootstrap, tls, sasl }) {
    return {
      bootstrap: [...bootstrap],
      ...tlsValuesOf(tls, tls !== undefined && tls !== false),
      mechanism: sasl?.mechanism ?? 'none',
      ...(sasl ? { username: sasl.username, password: sasl.password } : {}),
    } satisfies FormValues
  },
}

/** With a port always; what a protocol stands before (`SASL_SSL://`) is said by the other fields. */
function readAddress(line: string): string {
  if (line.includes('@'))
    throw new FormError([{ field: 'bootstrap', message: 'user name and password have fields of their own' }])
  const bare = line.replace(/^[a-z_]+:\/\//i, '')
  return /:\d+$/.test(bare) ? bare : `${bare}:9092`
}
