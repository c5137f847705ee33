import { connect } from 'node:net'
import type { BrokerKind } from '../../lib/schemas/broker.ts'
import { drivers } from '../brokers/registry.ts'

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

/** Every kind that has a standard port, as it would be found there. */
export const standardBrokers: readonly (Found & { readonly port: number })[] = Object.values(drivers).flatMap(
  ({ kind, label, standard }) => {
    if (!standard) return []
    const { port } = standard
    const address = `${host}:${port}`
    const options = standard.optionsAt(host)
    return [{ id: `found-${kind}`, kind, label: `${label} on this machine`, address, options, port }]
  },
)

/** Looks which standard ports of this machine are open: connects and closes, sends nothing. */
export async function discoverBrokers(timeoutMs = 500): Promise<readonly Found[]> {
  const open = await Promise.all(standardBrokers.map(({ port }) => isOpen(port, timeoutMs)))
  return standardBrokers.filter((_, index) => open[index])
}

/** Whether one of these addresses (as drivers tell them) is the place where it was found. */
export function isListedAt({ address }: Found, addresses: readonly string[]): boolean {
  const places = addresses.flatMap((text) => text.split(/,\s*/))
  return places.some((place) => place.replace(/^(localhost|\[::1\]):/, `${host}:`) === address)
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
