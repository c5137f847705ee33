import type { FormValues } from '../../../lib/schemas/broker-form.ts'
import {
  type BrokerForm,
  FormError,
  field,
  isTlsOn,
  onlyDefined,
  textIn,
  tlsFields,
  tlsFilesOf,
  tlsValuesOf,
} from '../contract/index.ts'
import { parseEndpoint, type RabbitmqOptions } from './options.ts'

const ports = { amqp: [5672, 5671], management: [15672, 15671], prometheus: [15692, 15691] } as const
const schemes = {
  amqp: ['amqp', 'amqps'],
  management: ['http', 'https'],
  prometheus: ['http', 'https'],
} as const
type Way = keyof typeof ports

/** Two addresses, one login (a second one for the management API only where it differs). */
export const rabbitmqForm: BrokerForm<RabbitmqOptions> = {
  fields: [
    field({
      name: 'amqp',
      label: 'AMQP address',
      control: 'text',
      placeholder: 'rabbit.internal:5672',
      help: 'To look at messages, publish and replay.',
      target: true,
    }),
    field({
      name: 'management',
      label: 'Management address',
      control: 'text',
      placeholder: 'rabbit.internal:15672',
      help: 'To list queues, depths, rates and where rejects go. Needs the plugin rabbitmq_management.',
      target: true,
    }),
    field({ name: 'username', label: 'User name', control: 'text', placeholder: 'guest' }),
    field({ name: 'password', label: 'Password', control: 'password' }),
    ...tlsFields,
    field({
      name: 'vhost',
      label: 'Only this vhost',
      control: 'text',
      help: 'Empty: every vhost this user may see.',
      advanced: true,
    }),
    field({
      name: 'prometheus',
      label: 'Prometheus address',
      control: 'text',
      placeholder: 'rabbit.internal:15692',
      help: 'Cheaper depths on a single node.',
      advanced: true,
    }),
    field({
      name: 'managementUsername',
      label: 'User name for management',
      control: 'text',
      help: 'Only where the management API has another login.',
      advanced: true,
    }),
    field({
      name: 'managementPassword',
      label: 'Password for management',
      control: 'password',
      advanced: true,
    }),
  ],
  toOptions(values) {
    const amqp = readUrl(values, 'amqp')
    const management = readUrl(values, 'management')
    if (!amqp && !management)
      throw new FormError([
        { field: 'amqp', message: 'expected at least one of AMQP and management address' },
      ])
    const login = [textIn(values, 'username'), textIn(values, 'password')] as const
    const other = [textIn(values, 'managementUsername'), textIn(values, 'managementPassword')] as const
    const isOther = other[0] !== undefined || other[1] !== undefined
    const vhost = textIn(values, 'vhost')
    if (vhost !== undefined) {
      if (!amqp) throw new FormError([{ field: 'vhost', message: 'a vhost belongs to an AMQP address' }])
      if (amqp.pathname.length > 1)
        throw new FormError([{ field: 'vhost', message: 'the AMQP address names a vhost already' }])
      amqp.pathname = `/${encodeURIComponent(vhost)}`
    }
    return onlyDefined({
      amqp: write(amqp, login),
      management: write(management, isOther ? other : login),
      prometheus: write(readUrl(values, 'prometheus'), []),
      tls: isTlsOn(values) ? tlsFilesOf(values) : undefined,
    })
  },
  toValues(options) {
    const first = options.amqp ?? options.management ?? 'amqp://localhost'
    const isOn = parseEndpoint(first, ports.amqp).secure
    const [login, other] = [loginOf(options.amqp), loginOf(options.management)]
    const isOther =
      options.amqp !== undefined && other !== null && JSON.stringify(login) !== JSON.stringify(other)
    const main = options.amqp === undefined ? other : login
    const vhost = options.amqp === undefined ? null : parseEndpoint(options.amqp, ports.amqp).path
    return onlyDefined({
      amqp: show(options.amqp, 'amqp', isOn),
      management: show(options.management, 'management', isOn),
      prometheus: show(options.prometheus, 'prometheus', isOn),
      username: main?.[0],
      password: main?.[1],
      managementUsername: isOther ? other?.[0] : undefined,
      managementPassword: isOther ? other?.[1] : undefined,
      vhost: vhost ?? undefined,
      ...tlsValuesOf(options.tls, isOn),
    }) as FormValues
  },
}

/** `host`, `host:port` or a whole URL; without a scheme the TLS switch decides, without a port the usual one. */
function readUrl(values: FormValues, way: Way): URL | null {
  const text = textIn(values, way)
  if (text === undefined) return null
  const refuse = (message: string) => new FormError([{ field: way, message }])
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  const known: readonly string[] = schemes[way]
  if (scheme !== undefined && !known.includes(scheme))
    throw refuse(
      `expected host:port, or an address starting with ${known.map((one) => `${one}://`).join(' or ')}`,
    )
  const secure = isTlsOn(values) ? 1 : 0
  const url = URL.parse(scheme === undefined ? `${known[secure]}://${text}` : text)
  if (!url || url.hostname === '' || url.search !== '' || url.hash !== '') throw refuse('expected host:port')
  if (url.username !== '' || url.password !== '')
    throw refuse('user name and password have fields of their own')
  if (scheme === undefined && url.port === '' && !isDefaultPort(text)) url.port = String(ports[way][secure])
  return url
}

/** `http://host:80` loses its port when it is parsed; it was given all the same. */
function isDefaultPort(text: string): boolean {
  return /:(80|443)(\/|$)/.test(text)
}

function write(url: URL | null, [username, password]: readonly (string | undefined)[]): string | undefined {
  if (!url) return undefined
  const user = encodeURIComponent(username ?? '')
  const login =
    username === undefined && password === undefined ? '' : `${user}:${encodeURIComponent(password ?? '')}@`
  const path = url.pathname === '/' ? '' : url.pathname
  return `${url.protocol}//${login}${url.host}${path}`
}

function loginOf(address: string | undefined): readonly [string | undefined, string | undefined] | null {
  if (address === undefined) return null
  const url = new URL(address)
  const read = (text: string) => (text === '' ? undefined : decodeURIComponent(text))
  return [read(url.username), read(url.password)]
}

/** The address without its login, and without a scheme where the TLS switch says the same. The vhost has its own field. */
function show(address: string | undefined, way: Way, isTls: boolean): string | undefined {
  if (address === undefined) return undefined
  const url = new URL(address)
  const path = way === 'amqp' || url.pathname === '/' ? '' : url.pathname
  const isTold = url.protocol === `${schemes[way][isTls ? 1 : 0]}:` && url.port !== ''
  return `${isTold ? '' : `${url.protocol}//`}${url.host}${path}`
}
