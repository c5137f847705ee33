import type { SandboxBroker, World } from '../engine/broker.ts'
import { createRandom } from '../engine/random.ts'
import { type Cause, orderCauses } from './failures.ts'
import { emailRequested, orderCreated, orderEvent, paymentRequested } from './orders.ts'
import { createReaders } from './readers.ts'
import { createWorkers, type Fates } from './workers.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const pastStepMs = 10_000
const ordersPerSecond = 0.5
/** Failures of the payment worker that wait when the console starts: minutes before its birth. */
const waitingMinutes = [47, 31, 12]
/** The live traffic adds no failures to a queue that holds so many: nobody has to read thousands to practise. */
const enoughDeadOrders = 500
const enoughDeadPayments = 50

/**
 * A shop's order flow: every order goes through `shop` to `orders`, some to `payments`, and as an event to
 * `order-events`. Some orders fail for good in `orders.dlq`. The payment worker does not understand the
 * gateway "nova" until somebody heals it. Born with its last 24 hours.
 */
export function settleShop(broker: SandboxBroker, seed: number): World {
  layOut(broker)
  const fates: Fates = new WeakMap()
  const random = createRandom(seed)
  const worker = { isBroken: true }
  const workers = createWorkers(broker, seed, fates, worker)
  const readers = createReaders(broker, seed)
  const state = { orders: 0, due: 0, failures: 0, nextFailureMs: 0, nextNovaMs: 0 }
  const { bornMs } = broker
  const novaTimes = waitingMinutes.map((minutes) => bornMs - minutes * 60_000)

  const emitOrder = (atMs: number, cause: Cause | null) => {
    state.orders += 1
    const n = state.orders
    const content = () => orderCreated(seed, n, atMs)
    if (cause) fates.set(content, cause)
    else fates.set(content, 'fine')
    const log = broker.logs.get('order-events')
    const orders = broker.queues.get('orders')
    if (!log || !orders) return
    broker.append(log, n % log.partitions.length, atMs, () => orderEvent(seed, n, atMs))
    broker.push(orders, { timestampMs: atMs, content, exchange: 'shop', routingKey: 'order.created' })
    if (n % 3 === 0) emitPayment(n, atMs, 'classic')
    for (const name of ['emails', 'invoices']) {
      const queue = n % 2 === 0 ? broker.queues.get(name) : undefined
      if (queue)
        broker.push(queue, {
          timestampMs: atMs,
          content: fine(() => emailRequested(seed, n, atMs)),
          exchange: 'shop',
          routingKey: 'order.paid',
        })
    }
  }
  const fine = <T extends object>(content: T): T => {
    fates.set(content, 'fine')
    return content
  }
  const emitPayment = (n: number, atMs: number, gateway: 'classic' | 'nova') => {
    const queue = broker.queues.get('payments')
    const content =
      gateway === 'nova'
        ? paymentRequested(seed, n, atMs, gateway)
        : fine(() => paymentRequested(seed, n, atMs, gateway))
    if (queue)
      broker.push(queue, { timestampMs: atMs, content, exchange: 'shop', routingKey: 'payment.requested' })
  }
  const depthOf = (name: string) => broker.queues.get(name)?.depth ?? 0

  const tick = (atMs: number, dtMs: number) => {
    const noise = 0.75 + random() * 0.5
    state.due += (ordersPerSecond * daily(atMs) * noise * dtMs) / 1_000
    const count = Math.floor(state.due)
    state.due -= count
    for (let index = 0; index < count; index += 1)
      emitOrder(Math.round(atMs - dtMs + ((index + 1) * dtMs) / (count + 1)), null)
    if (atMs >= state.nextFailureMs) {
      if (depthOf('orders.dlq') < enoughDeadOrders) {
        emitOrder(atMs, orderCauses[state.failures % orderCauses.length] ?? null)
        state.failures += 1
      }
      state.nextFailureMs = atMs + failureGapMs(atMs, bornMs) * (0.7 + random() * 0.6)
    }
    while ((novaTimes[0] ?? Number.POSITIVE_INFINITY) <= atMs)
      emitPayment(state.orders, novaTimes.shift() ?? atMs, 'nova')
    if (atMs > bornMs && atMs >= state.nextNovaMs) {
      if (state.nextNovaMs > 0 && depthOf('payments.dlq') < enoughDeadPayments)
        emitPayment(state.orders, atMs, 'nova')
      state.nextNovaMs = atMs + 80_000 + random() * 60_000
    }
    workers.tick(atMs)
    readers.tick(atMs, dtMs)
  }
  for (let atMs = bornMs - dayMs + pastStepMs; atMs <= bornMs; atMs += pastStepMs) tick(atMs, pastStepMs)
  return { tick, worker }
}

/** More by day than by night, never nothing. */
function daily(atMs: number): number {
  return 1 + 0.45 * Math.sin(((atMs % dayMs) / dayMs - 0.3) * 2 * Math.PI)
}

/** Failures come closer together towards now: the queue fills. */
function failureGapMs(atMs: number, bornMs: number): number {
  if (atMs > bornMs) return 40_000
  return atMs > bornMs - 4 * hourMs ? 8 * 60_000 : 50 * 60_000
}

function layOut(broker: SandboxBroker): void {
  broker.exchanges.set('shop', 'topic')
  broker.exchanges.set('shop.dlx', 'direct')
  const dead = (key: string, to: string | null) => ({
    deadLetter: { exchange: to === null ? 'shop.gone' : 'shop.dlx', key, to },
  })
  const consumer = (tag: string, index: number) => ({
    tag: `${tag}-${index}`,
    host: `10.0.3.${10 + index}`,
    prefetch: 20,
  })
  broker.addQueue('orders', dead('orders', 'orders.dlq')).consumers = [
    consumer('order-worker', 1),
    consumer('order-worker', 2),
  ]
  broker.addQueue('payments', dead('payments', 'payments.dlq')).consumers = [consumer('payment-worker', 1)]
  broker.addQueue('emails', dead('emails', null)).consumers = [consumer('mailer', 1)]
  broker.addQueue('invoices')
  broker.addQueue('orders.retry', {
    deadLetter: { exchange: '', key: 'orders', to: 'orders' },
    ttlMs: 30_000,
  })
  broker.addQueue('orders.dlq')
  broker.addQueue('payments.dlq')
  broker.bindings.push(
    { exchange: 'shop', pattern: 'order.created', queue: 'orders' },
    { exchange: 'shop', pattern: 'payment.*', queue: 'payments' },
    { exchange: 'shop', pattern: 'order.paid', queue: 'emails' },
    { exchange: 'shop', pattern: 'order.paid', queue: 'invoices' },
    { exchange: 'shop.dlx', pattern: 'orders', queue: 'orders.dlq' },
    { exchange: 'shop.dlx', pattern: 'payments', queue: 'payments.dlq' },
  )
  broker.addLog('order-events', 3)
  broker.addLog('payment-events', 1)
  broker.addLog('stock-changes', 4)
  broker.addLog('stock-changes.DLT', 1)
}
