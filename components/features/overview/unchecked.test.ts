import { expect, it } from 'vitest'
import type { Broker } from '@/lib/schemas/broker'
import { findUnchecked } from './unchecked.ts'

const broker = (id: string, state: Broker['state'], reason: string) =>
  ({ id, label: id.toUpperCase(), state, reason }) as Broker

it('counts everything, and says once what is not said above', () => {
  const brokers = [
    broker('a', 'down', 'no answer'),
    broker('b', 'degraded', 'no leader'),
    broker('c', 'up', ''),
  ]
  const problems = [
    { scope: 'a', code: 'unreachable', message: 'no answer' },
    { scope: 'b/events', code: 'unreachable', message: 'no leader' },
    { scope: 'b/events', code: 'partial', message: 'no policies' },
    { scope: 'c/orders', code: 'partial', message: 'no policies' },
    { scope: 'c/payments', code: 'partial', message: 'no policies' },
  ]
  expect(findUnchecked(problems, brokers, ['Replays: timeout'])).toEqual({
    count: 6,
    lines: ['B: no policies', 'C: no policies', 'Replays: timeout'],
  })
})
