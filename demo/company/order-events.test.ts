import { expect, it } from 'vitest'
import { applyEvent, type OrderEvent, type OrderState } from './order-events.ts'

const fold = (types: readonly OrderEvent['type'][]) =>
  types.reduce<OrderState | null>(
    (state, type) => applyEvent(state, { type, orderId: 'a', at: '2026-01-01T00:00:00Z' }),
    null,
  )

it.each([
  [['placed'], 'open'],
  [['placed', 'paid', 'shipped'], 'shipped'],
  [['placed', 'stock-reserved', 'credit-approved', 'confirmed'], 'confirmed'],
  [['placed', 'stock-reserved', 'stock-released', 'rejected'], 'rejected'],
  [['placed', 'paid', 'paid', 'placed', 'shipped', 'paid'], 'shipped'],
  [['placed', 'rejected', 'placed', 'confirmed'], 'confirmed'],
] as const)('%j is %s, however often an event comes', (types, state) => {
  expect(fold(types)).toBe(state)
})
