import { parseBody, type SandboxBroker } from '../engine/broker.ts'
import type { LazyContent } from '../engine/content.ts'
import { contentOf } from '../engine/content.ts'
import type { QueueMessage, SandboxQueue } from '../engine/queue.ts'
import { buryContent, type Cause, declinedCause, orderCauses, unreadableCause } from './failures.ts'
import { paymentCaptured } from './orders.ts'

/** The fate of a message that will be handled; any other is the index of its cause in `orderCauses`. */
export const fine = -1

/** A message waits at least this long, so that a person can see it arrive. */
const handlingMs = 2_000
const batch = 60
/** Every ten minutes the order workers restart: the queue grows and empties again. */
const restartEveryMs = 600_000
const restartMs = 45_000
const hourMs = 3_600_000

export interface Workers {
  tick(atMs: number): void
  /** A payment went through: told to whoever reads `payment-events`. */
  capture(atMs: number): void
}

export function createWorkers(
  broker: SandboxBroker,
  seed: number,
  worker: { readonly isBroken: boolean },
): Workers {
  let hour = 0
  let captured = 0
  const queue = (name: string) => broker.queues.get(name)
  const makeCaptured = (n: number, atMs: number) => paymentCaptured(seed, n, atMs)

  const capture = (atMs: number) => {
    captured += 1
    const events = broker.logs.get('payment-events')
    if (events) broker.append(events, 0, atMs, makeCaptured, captured)
  }

  const bury = (source: string, message: QueueMessage, cause: Cause, atMs: number) => {
    const target = queue(`${source}.dlq`)
    if (!target) return
    const { exchange, routingKey } = message
    const retryQueue = source === 'orders' ? 'orders.retry' : undefined
    const death = { cause, queue: source, exchange, routingKey, atMs, retryQueue }
    // What people published is kept as it is; what the traffic wrote is made when somebody looks.
    const dead: LazyContent =
      typeof message.content === 'function'
        ? () => buryContent(contentOf(message), death)
        : buryContent(message.content, death)
    broker.push(target, { timestampMs: atMs, content: dead, exchange: 'shop.dlx', routingKey: source })
  }

  const causeOf = (message: QueueMessage): Cause | null => {
    if (message.fate !== null) return orderCauses[message.fate] ?? null
    return parseBody(message) ? null : { ...unreadableCause, isCut: false }
  }

  const handleOrder = (message: QueueMessage, atMs: number) => {
    const cause = causeOf(message)
    if (!cause) return
    const attempts = message.attempts + 1
    const retry = queue('orders.retry')
    if (retry && cause.reason === 'rejected' && attempts < cause.attempts)
      broker.push(retry, { ...message, arrivedMs: atMs, attempts })
    else bury('orders', message, cause, atMs)
  }

  const handlePayment = (message: QueueMessage, atMs: number) => {
    const body = message.fate === fine ? {} : parseBody(message)
    if (!body) return bury('payments', message, { ...unreadableCause, isCut: false }, atMs)
    if (body.gateway === 'nova' && worker.isBroken) return bury('payments', message, declinedCause, atMs)
    capture(atMs)
  }

  const work = (
    source: SandboxQueue | undefined,
    atMs: number,
    handle: (message: QueueMessage, atMs: number) => void,
  ) => {
    if (!source || source.consumers.length === 0) return
    for (const message of source.consume(batch, atMs - handlingMs)) handle(message, atMs)
  }

  const expire = (atMs: number) => {
    const retry = queue('orders.retry')
    const orders = queue('orders')
    if (!retry || !orders) return
    for (const message of retry.consume(batch, atMs - (retry.settings.ttlMs ?? 0))) {
      retry.counters.expired += 1
      broker.push(orders, { ...message, arrivedMs: atMs })
    }
  }

  return {
    capture,
    tick(atMs) {
      expire(atMs)
      if (atMs % restartEveryMs >= restartMs) work(queue('orders'), atMs, handleOrder)
      work(queue('payments'), atMs, handlePayment)
      work(queue('emails'), atMs, () => undefined)
      const now = Math.floor(atMs / hourMs)
      if (now !== hour) queue('invoices')?.consume(Number.POSITIVE_INFINITY, atMs)
      hour = now
    },
  }
}
