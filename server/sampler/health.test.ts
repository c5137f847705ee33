import { expect, test } from 'vitest'
import { BrokerError, ok, type Probe } from '../brokers/contract/index.ts'
import { markStale, staleReason } from './freshness.ts'
import { afterFailure, afterProbe, newHealth } from './health.ts'

const probe: Probe = { version: '4.3', identity: 'c1', user: null, abilities: {}, problems: [] }
const problem = (code: string) => ({ scope: 'orders', code, message: `it is ${code}` })

test('up when the probe answers; since then', () => {
  const up = afterProbe(newHealth(0), probe, [], null, 1_000)
  expect(up).toMatchObject({ state: 'up', reason: null, sinceMs: 1_000, version: '4.3', identity: 'c1' })
  expect(afterProbe(up, probe, [], null, 9_000).sinceMs).toBe(1_000)
})

test('limits of our own rights do not degrade a broker; its own troubles do, in words', () => {
  const harmless = { ...probe, problems: [problem('forbidden'), problem('unsupported')] }
  expect(afterProbe(newHealth(0), harmless, [problem('partial')], null, 0).state).toBe('up')
  expect(afterProbe(newHealth(0), probe, [problem('alarm')], null, 0)).toMatchObject({
    state: 'degraded',
    reason: 'it is alarm',
  })
  expect(afterProbe(newHealth(0), probe, [], 'Reading its values failed: x', 0)).toMatchObject({
    state: 'degraded',
    reason: 'Reading its values failed: x',
  })
})

test('down says why and since when, and keeps what was known', () => {
  const up = afterProbe(newHealth(0), probe, [], null, 1_000)
  const down = afterFailure(up, new BrokerError('auth_failed', 'ACCESS_REFUSED'), 5_000)
  expect(down).toMatchObject({ state: 'down', reason: 'ACCESS_REFUSED', code: 'auth_failed', sinceMs: 5_000 })
  expect(down.version).toBe('4.3')
  expect(afterFailure(down, new Error('again'), 9_000)).toMatchObject({ sinceMs: 5_000, reason: 'again' })
  expect(afterProbe(down, probe, [], null, 9_000)).toMatchObject({ state: 'up', code: null, sinceMs: 9_000 })
})

test('a value is stale when its broker is down or it is older than the limit', () => {
  const up = afterProbe(newHealth(0), probe, [], null, 0)
  expect(staleReason(up, 0, 5_500, 5_000)).toBeNull()
  expect(staleReason(up, 0, 8_000, 5_000)).toMatch(/8 s/)
  expect(staleReason(afterFailure(up, new Error('gone'), 0), 0, 0, 5_000)).toMatch(/down: gone/)
})

test('stale values stand as what they were; others are left alone', () => {
  const value = ok(3, 'messages', 1_000)
  expect(markStale(value, 'down', 9_000)).toEqual({
    state: 'unavailable',
    reason: 'down',
    at: '1970-01-01T00:00:09.000Z',
    last: value,
  })
  const unsupported = { state: 'unsupported', reason: 'no such thing' } as const
  expect(markStale(unsupported, 'down', 9_000)).toEqual(unsupported)
})
