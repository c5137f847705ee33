import { parseBody, type SandboxBroker } from '../engine/broker.ts'
import { contentOf, type LazyContent } from '../engine/content.ts'
import type { QueueMessage, SandboxQueue } from '../engine/queue.ts'
import { buryContent, type Cause, declinedCause, unreadableCause } from './failures.ts'
import { paymentCaptured } from './orders.ts'

/** What becomes of the traffic's own messages; what people publish or replay has no fate and is looked into. */
export type Fates = WeakMap<object, Cause | 'fine'>

/** A message waits at least this long, so that a person can see it arrive. */
const handlingMs = 2_000
const batch = 60
/** Every ten minutes the order workers restart: the queue grows and empties again. */
const restartEveryMs = 600_000
const restartMs = 45_000
const hourMs = 3_600_000

export function createWorkers(
  broker: SandboxBroker,
  seed: number,
  fates: Fates,
  worker: { readonly isBroken: boolean },
): { tick: (atMs: number) => void } {
  let hour = 0
  let captured = 0
  const queue = (name: string) => broker.queues.get(name)

  const bury = (source: string, message: QueueMessage, cause: Cause, atMs: number) => {
    const target = queue(`${source}.dlq`)
    if (!target) return
    const { exchange, routingKey, content } = message
    const retryQueue = source === 'orders' ? 'orders.retry' : undefined
    const death = { cause, queue: source, exchange, routingKey, atMs, retryQueue }
    // What people published is kept as it is; what the traffic wrote is made when somebody looks.
    const dead: LazyContent =
      typeof content === 'function'
        ? () => buryContent(contentOf(content), death)
        : buryContent(content, death)
    broker.push(target, { timestampMs: atMs, content: dead, exchange: 'shop.dlx', routingKey: source })
  }

  const handleOrder = (message: QueueMessage, atMs: number) => {
    const known = fates.get(message.content)
    const cause =
      known === 'fine'
        ? null
        : (known ?? (parseBody(message.content) ? null : { ...unreadableCause, isCut: false }))
    if (!cause) return
    const attempts = message.attempts + 1
    const retry = queue('orders.retry')
    if (retry && cause.reason === 'rejected' && attempts < cause.attempts)
      broker.push(retry, {
        timestampMs: atMs,
        content: message.content,
        exchange: message.exchange,
        routingKey: message.routingKey,
        attempts,
      })
    else bury('orders', message, cause, atMs)
  }

  const handlePayment = (message: QueueMessage, atMs: number) => {
    const body = fates.get(message.content) === 'fine' ? {} : parseBody(message.content)
    if (!body) return bury('payments', message, { ...unreadableCause, isCut: false }, atMs)
    if (body.gateway === 'nova' && worker.isBroken) return bury('payments', message, declinedCause, atMs)
    captured += 1
    const n = captured
    const events = broker.logs.get('payment-events')
    if (events) broker.append(events, 0, atMs, () => paymentCaptured(seed, n, atMs))
  }

  const work = (
    source: SandboxQueue | undefined,
    atMs: number,
    handle: (message: QueueMessage, atMs: number) => void,
  ) => {
    for (const message of source?.consume(batch, atMs - handlingMs) ?? []) handle(message, atMs)
  }

  const expire = (atMs: number) => {
    const retry = queue('orders.retry')
    const orders = queue('orders')
    if (!retry || !orders) return
    for (const message of retry.consume(batch, atMs - (retry.settings.ttlMs ?? 0))) {
      retry.counters.expired += 1
      const { content, exchange, routingKey, attempts } = message
      broker.push(orders, { timestampMs: atMs, content, exchange, routingKey, attempts })
    }
  }

  return {
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
