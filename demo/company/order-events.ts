/** What can happen to an order. The log of these is the truth; every other form of an order is derived from it. */
type EventType =
  | 'placed'
  | 'paid'
  | 'shipped'
  | 'stock-reserved'
  | 'credit-approved'
  | 'confirmed'
  | 'credit-released'
  | 'stock-released'
  | 'rejected'

export interface OrderEvent {
  readonly type: EventType
  readonly orderId: string
  readonly at: string
  readonly sku?: string
  readonly quantity?: number
  readonly total?: number
  readonly reason?: string
}

export type OrderState = 'open' | 'paid' | 'shipped' | 'confirmed' | 'rejected'

const next: Partial<Record<EventType, OrderState>> = {
  placed: 'open',
  paid: 'paid',
  shipped: 'shipped',
  confirmed: 'confirmed',
  rejected: 'rejected',
}
const ranks: readonly OrderState[] = ['open', 'paid', 'shipped', 'rejected', 'confirmed']

/**
 * The state of an order after one more event: a fold, so that reading the log from its begin gives it again. An
 * event that comes twice, or late after a replay, changes nothing. Rejected gives way to confirmed: a request that was
 * dead-lettered may be sent again.
 */
export function applyEvent(state: OrderState | null, event: OrderEvent): OrderState {
  const after = next[event.type] ?? state ?? 'open'
  return state !== null && ranks.indexOf(after) < ranks.indexOf(state) ? state : after
}
