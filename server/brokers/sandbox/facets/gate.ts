import { BrokerError, type Call, type DestinationRef, pause, throwIfOver } from '../../contract/index.ts'
import type { SandboxBroker } from '../engine/broker.ts'

const slowMs = 1_500
/** Long enough to be read once, whole. */
const staleAfterMs = 6_000

/** The one way from a connection into the broker: its faults, the call's limits, and the world moved on first. */
export class Gate {
  readonly broker: SandboxBroker
  private isClosed = false

  constructor(broker: SandboxBroker) {
    this.broker = broker
  }

  close(): void {
    this.isClosed = true
  }

  /** Looks at what exists. */
  async run<T>(call: Call, work: () => T): Promise<T> {
    await this.pass(call)
    return work()
  }

  /** Touches messages: what the `forbidden` scenario refuses. */
  async touch<T>(call: Call, work: () => T): Promise<T> {
    await this.pass(call)
    if (this.broker.fault === 'forbidden')
      throw new BrokerError('forbidden', 'ACCESS_REFUSED: this user may list, but not read or write messages')
    return work()
  }

  private async pass(call: Call): Promise<void> {
    throwIfOver(call)
    this.assertOpen()
    if (this.broker.fault === 'slow') await pause(call, slowMs)
    while (this.isSilent() && !this.isClosed) await pause(call, 20)
    this.assertOpen()
    if (this.broker.fault === 'failed')
      throw new BrokerError('protocol', 'INTERNAL_ERROR: unexpected frame 0x41 on channel 0, expected 0xce')
    if (this.broker.fault === 'down')
      throw new BrokerError('unreachable', 'connect ECONNREFUSED: the sandbox broker is down')
    this.broker.advance()
  }

  private isSilent(): boolean {
    const { fault, bornMs, now } = this.broker
    return fault === 'silent' || (fault === 'stale' && now() - bornMs > staleAfterMs)
  }

  private assertOpen(): void {
    if (this.isClosed) throw new BrokerError('unreachable', 'The connection is closed')
  }
}

export function notFound(ref: DestinationRef): BrokerError {
  return new BrokerError('not_found', `There is no ${ref.type} called ${ref.name}`)
}

/** The queue or log behind a ref. Throws `not_found`, or `unsupported` for an exchange. */
export function sourceOf(broker: SandboxBroker, ref: DestinationRef) {
  if (!broker.has(ref)) throw notFound(ref)
  const queue = ref.type === 'queue' ? broker.queues.get(ref.name) : undefined
  if (queue) return { queue, log: null }
  const log = ref.type === 'topic' ? broker.logs.get(ref.name) : undefined
  if (log) return { queue: null, log }
  throw new BrokerError('unsupported', 'An exchange routes messages and keeps none')
}
