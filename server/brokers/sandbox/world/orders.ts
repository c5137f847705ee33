import { textHeader } from '../../contract/index.ts'
import type { Content } from '../engine/content.ts'
import { hashOf } from '../engine/random.ts'

const items = [
  'espresso-beans',
  'hand-grinder',
  'filter-papers',
  'gooseneck-kettle',
  'travel-mug',
  'milk-jug',
] as const
const countries = ['DE', 'FR', 'NL', 'ES', 'PL', 'IT', 'SE'] as const

function pick<T>(list: readonly T[], chance: number, fallback: T): T {
  return list[Math.floor(chance * list.length)] ?? fallback
}

export const orderIdOf = (n: number) => `ord-${String(n).padStart(7, '0')}`

function jsonContent(type: string, n: number, key: string, value: unknown): Content {
  return {
    key: Buffer.from(key),
    body: Buffer.from(JSON.stringify(value)),
    headers: [textHeader('type', type), textHeader('correlation-id', `corr-${n.toString(36)}`)],
    properties: { contentType: 'application/json', messageId: `${type}-${n}`, deliveryMode: 2 },
  }
}

function orderOf(seed: number, n: number, atMs: number) {
  const chance = hashOf(seed, n)
  const quantity = 1 + Math.floor(hashOf(seed ^ 1, n) * 3)
  const cents = 790 + Math.floor(hashOf(seed ^ 2, n) * 14_000)
  return {
    orderId: orderIdOf(n),
    customerId: `cus-${Math.floor(chance * 90_000) + 10_000}`,
    country: pick(countries, hashOf(seed ^ 3, n), 'DE'),
    lines: [{ sku: pick(items, chance, 'travel-mug'), quantity, unitCents: cents }],
    totalCents: quantity * cents,
    currency: 'EUR',
    placedAt: new Date(atMs).toISOString(),
  }
}

/** `order.created`, as the queue `orders` gets it. */
export function orderCreated(seed: number, n: number, atMs: number): Content {
  return { ...jsonContent('order.created', n, orderIdOf(n), orderOf(seed, n, atMs)), key: null }
}

export type OrderEventType = 'order.created' | 'order.paid' | 'order.shipped'

/** One event of an order's own history: all that ever happened to it, under its id as the key. */
export function orderEvent(seed: number, type: OrderEventType, n: number, atMs: number): Content {
  const { orderId, totalCents, country } = orderOf(seed, n, atMs)
  const facts = {
    'order.created': { totalCents, country },
    'order.paid': { amountCents: totalCents, gateway: 'classic' },
    'order.shipped': { parcel: `HAM-${(n * 7_919).toString(36).toUpperCase()}`, country },
  }
  return jsonContent(type, n, orderId, {
    event: type,
    orderId,
    version: { 'order.created': 1, 'order.paid': 2, 'order.shipped': 3 }[type],
    ...facts[type],
    at: new Date(atMs).toISOString(),
  })
}

/** The charge of an order; the gateway `nova` is the one whose contract changed. */
export function paymentRequested(
  seed: number,
  n: number,
  atMs: number,
  gateway: 'classic' | 'nova',
): Content {
  const { orderId, customerId, totalCents, currency } = orderOf(seed, n, atMs)
  const card = {
    brand: 'visa',
    last4: String(1_000 + Math.floor(hashOf(seed ^ 4, n) * 9_000)),
    token: `tok_${n.toString(36)}`,
  }
  const value = {
    paymentId: `pay-${n}`,
    orderId,
    customerId,
    amountCents: totalCents,
    currency,
    gateway,
    card,
  }
  return { ...jsonContent('payment.requested', n, orderId, value), key: null }
}

export function emailRequested(seed: number, n: number, atMs: number): Content {
  const { customerId, orderId } = orderOf(seed, n, atMs)
  return {
    ...jsonContent('email.requested', n, customerId, { template: 'order-confirmation', customerId, orderId }),
    key: null,
  }
}

export function paymentCaptured(seed: number, n: number, atMs: number): Content {
  const event = { event: 'payment.captured', orderId: orderIdOf(n), at: new Date(atMs).toISOString() }
  return jsonContent('payment.captured', n, orderIdOf(n), { ...event, fee: Math.floor(hashOf(seed, n) * 90) })
}

/** The article is the key: its changes stay in order. */
export function stockKeyOf(seed: number, n: number): string {
  return pick(items, hashOf(seed ^ 5, n), 'travel-mug')
}

export function stockChanged(seed: number, n: number, atMs: number): Content {
  const sku = stockKeyOf(seed, n)
  const change = Math.floor(hashOf(seed ^ 6, n) * 9) - 4
  return jsonContent('stock.changed', n, sku, {
    sku,
    change,
    warehouse: 'HAM-1',
    at: new Date(atMs).toISOString(),
  })
}
