import { connect } from 'node:net'
import type { BrokerKind } from '../../lib/schemas/broker.ts'

/** A port where something listens that is probably a broker; nothing was said to it. */
export interface Found {
  readonly id: string
  readonly kind: BrokerKind
  readonly label: string
  readonly address: string
  /** As a person would write them for a broker with its defaults; parsed by the driver's schema on connecting. */
  readonly options: Readonly<Record<string, unknown>>
}

const host = '127.0.0.1'
const standard: readonly { readonly port: number; readonly found: Omit<Found, 'address'> }[] = [
  {
    port: 5672,
    found: {
      id: 'found-rabbitmq',
      kind: 'rabbitmq',
      label: 'RabbitMQ on this machine',
      options: {
        // The account RabbitMQ is installed with; it works from this machine only.
        amqp: `amqp://guest:guest@${host}:5672`,
        management: `http://guest:guest@${host}:15672`,
      },
    },
  },
  {
    port: 9092,
    found: {
      id: 'found-kafka',
      kind: 'kafka',
      label: 'Kafka on this machine',
      options: { bootstrap: [`${host}:9092`] },
    },
  },
  {
    port: 6379,
    found: {
      id: 'found-redis',
      kind: 'redis',
      label: 'Redis on this machine',
      options: { url: `redis://${host}:6379` },
    },
  },
]

/** Looks which standard ports of this machine are open: connects and closes, sends nothing. */
export async function discoverBrokers(timeoutMs = 500): Promise<readonly Found[]> {
  const found = await Promise.all(
    standard.map(async ({ port, found: one }) =>
      (await isOpen(port, timeoutMs)) ? [{ ...one, address: `${host}:${port}` }] : [],
    ),
  )
  return found.flat()
}

function isOpen(port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.setTimeout(timeoutMs, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
