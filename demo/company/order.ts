/** An order as it travels; amounts in cents. */
export interface Order {
  readonly id: string
  readonly region: string
  readonly customer: string
  readonly sku: string
  readonly quantity: number
  readonly total: number
  readonly currency: string
  readonly address: string
  readonly placedAt: string
}

const regions = ['eu', 'eu', 'us', 'uk'] as const
export const skus = ['TEA-GREEN', 'TEA-BLACK', 'POT-SMALL', 'POT-LARGE', 'CUP-WHITE'] as const

/** Nobody sells it: the stock keeper cannot book it. */
export const unknownSku = 'POT-404'
/** The carrier delivers to no box. */
export const badAddress = 'PO box 13'
/** The payment gateway has no such currency. */
export const badCurrency = 'XTS'

let made = 0

/** One order; about three in a hundred have something wrong that only a later worker can see. */
export function makeOrder(prefix: string, random: () => number = Math.random): Order {
  made += 1
  const quantity = 1 + Math.floor(random() * 4)
  return {
    id: `${prefix}-${Date.now().toString(36)}-${made.toString(36)}`,
    region: pick(regions, random),
    customer: `customer-${Math.floor(random() * 500)}`,
    sku: random() < 0.01 ? unknownSku : pick(skus, random),
    quantity,
    total: quantity * (500 + Math.floor(random() * 4_000)),
    currency: random() < 0.01 ? badCurrency : 'EUR',
    address: random() < 0.01 ? badAddress : `${1 + Math.floor(random() * 90)} High Street`,
    placedAt: new Date().toISOString(),
  }
}

function pick<T>(list: readonly T[], random: () => number): T {
  const chosen = list[Math.floor(random() * list.length)]
  if (chosen === undefined) throw new Error('nothing to pick from')
  return chosen
}

/** @throws SyntaxError when the bytes are no JSON: they will be none next time either */
export function readJson<T>(bytes: Buffer | null): T {
  return JSON.parse(bytes?.toString('utf8') ?? '') as T
}
