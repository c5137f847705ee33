import type { SandboxBroker, World } from '../engine/broker.ts'
import { createRandom, hashAscii } from '../engine/random.ts'
import { orderCauses } from './failures.ts'
import { emailRequested, orderCreated, orderEvent, orderIdOf, paymentRequested } from './orders.ts'
import { createReaders } from './readers.ts'
import { createWorkers, fine } from './workers.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const pastStepMs = 10_000
/** So much of its past is lived message by message: what passed a queue in it waited there. */
const rememberMs = 15 * minuteMs
const ordersPerSecond = 0.4
/** So many orders later an order is paid for, and shipped. */
const paidAfter = 5
const shippedAfter = 400
/** A little more than a day of order events in each of the three partitions. */
const keepEvents = 40_000
/** What passed a queue before this is only counted: it was handled long before anybody looks. */
const stillThereMs = rememberMs + minuteMs
/** Failures of the payment worker that wait when the console starts: minutes before its birth. */
const waitingMinutes = [47, 31, 12]
/** The live traffic adds no failures to a queue that holds so many: nobody has to read thousands to practise. */
const enoughDeadOrders = 500
const enoughDeadPayments = 50

/**
 * A shop's order flow: every order goes through `shop` to `orders`, some to `payments`, and what happens to it
 * as events to `order-events`. Some orders fail for good in `orders.dlq`. The payment worker does not understand
 * the gateway "nova" until somebody heals it. Born with its last 24 hours; `remember` hears of every step of them.
 */
export function settleShop(broker: SandboxBroker, seed: number, remember: (atMs: number) => void): World {
  layOut(broker)
  const random = createRandom(seed)
  const worker = { isBroken: true, deadLetters: { type: 'queue', name: 'payments.dlq' } as const }
  const workers = createWorkers(broker, seed, worker)
  const readers = createReaders(broker, seed)
  const state = { orders: 0, due: 0, failures: 0, nextFailureMs: 0, nextNovaMs: 0 }
  const { bornMs } = broker
  const novaTimes = waitingMinutes.map((minutes) => bornMs - minutes * minuteMs)
  const lastInvoicesMs = bornMs - (bornMs % hourMs)

  const make = {
    order: (n: number, atMs: number) => orderCreated(seed, n, atMs),
    payment: (n: number, atMs: number) => paymentRequested(seed, n, atMs, 'classic'),
    novaPayment: (n: number, atMs: number) => paymentRequested(seed, n, atMs, 'nova'),
    email: (n: number, atMs: number) => emailRequested(seed, n, atMs),
    created: (n: number, atMs: number) => orderEvent(seed, 'order.created', n, atMs),
    paid: (n: number, atMs: number) => orderEvent(seed, 'order.paid', n, atMs),
    shipped: (n: number, atMs: number) => orderEvent(seed, 'order.shipped', n, atMs),
  }
  type Make = (typeof make)[keyof typeof make]

  /** Whether the message is still of interest; otherwise it was only counted. */
  const emit = (
    name: string,
    routingKey: string,
    message: { n: number; atMs: number; content: Make; fate: number | null; sinceMs?: number },
  ): boolean => {
    const queue = broker.queues.get(name)
    const { n, atMs, content, fate, sinceMs = bornMs - stillThereMs } = message
    if (fate === fine && atMs < sinceMs) queue?.passThrough(1)
    else if (queue) broker.push(queue, { timestampMs: atMs, content, n, fate, exchange: 'shop', routingKey })
    return fate !== fine || atMs >= sinceMs
  }
  const tell = (n: number, atMs: number, content: Make) => {
    const log = broker.logs.get('order-events')
    if (!log || n < 1) return
    broker.append(log, hashAscii(orderIdOf(n)) % log.partitions.length, atMs, content, n)
  }
  const emitOrder = (atMs: number, fate: number) => {
    state.orders += 1
    const n = state.orders
    emit('orders', 'order.created', { n, atMs, content: make.order, fate })
    tell(n, atMs, make.created)
    tell(n - paidAfter, atMs, make.paid)
    tell(n - shippedAfter, atMs, make.shipped)
    if (n % 3 === 0 && !emit('payments', 'payment.requested', { n, atMs, content: make.payment, fate: fine }))
      workers.capture(atMs)
    if (n % 2 !== 0) return
    emit('emails', 'order.paid', { n, atMs, content: make.email, fate: fine })
    emit('invoices', 'order.paid', { n, atMs, content: make.email, fate: fine, sinceMs: lastInvoicesMs })
  }
  const emitNova = (atMs: number) =>
    emit('payments', 'payment.requested', { n: state.orders, atMs, content: make.novaPayment, fate: null })
  const depthOf = (name: string) => broker.queues.get(name)?.depth ?? 0

  const tick = (atMs: number, dtMs: number) => {
    const noise = 0.75 + random() * 0.5
    state.due += (ordersPerSecond * daily(atMs) * noise * dtMs) / 1_000
    const count = Math.floor(state.due)
    state.due -= count
    for (let index = 0; index < count; index += 1)
      emitOrder(Math.round(atMs - dtMs + ((index + 1) * dtMs) / (count + 1)), fine)
    if (atMs >= state.nextFailureMs) {
      if (depthOf('orders.dlq') < enoughDeadOrders) {
        emitOrder(atMs, state.failures % orderCauses.length)
        state.failures += 1
      }
      state.nextFailureMs = atMs + failureGapMs(atMs, bornMs) * (0.7 + random() * 0.6)
    }
    while ((novaTimes[0] ?? Number.POSITIVE_INFINITY) <= atMs) emitNova(novaTimes.shift() ?? atMs)
    if (atMs > bornMs && atMs >= state.nextNovaMs) {
      if (state.nextNovaMs > 0 && depthOf('payments.dlq') < enoughDeadPayments) emitNova(atMs)
      state.nextNovaMs = atMs + 80_000 + random() * 60_000
    }
    workers.tick(atMs)
    readers.tick(atMs, dtMs)
  }
  for (let atMs = bornMs - dayMs + pastStepMs; atMs <= bornMs; atMs += pastStepMs) {
    tick(atMs, pastStepMs)
    remember(atMs)
  }
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
  broker.addLog('order-events', 3, keepEvents)
  broker.addLog('payment-events', 1)
  broker.addLog('stock-changes', 3)
  broker.addLog('stock-changes.DLT', 1)
}
