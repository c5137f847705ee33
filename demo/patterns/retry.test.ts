import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { guardCalls, PermanentError, retryQueueOf } from './retry.ts'

class GatewayError extends Error {
  override readonly name = 'GatewayError'
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A service that fails the first `failures` calls, and when each call came. */
function makeService(failures: number, error: () => Error = () => new GatewayError('503')) {
  const calledAt: number[] = []
  const begin = Date.now()
  return {
    calledAt,
    call: async () => {
      calledAt.push(Date.now() - begin)
      if (calledAt.length <= failures) throw error()
      return 'paid'
    },
  }
}

describe('guarded calls', () => {
  it('retries after growing, jittered waits, and answers with what came at last', async () => {
    const service = makeService(2)
    const answer = guardCalls({ retries: 3, firstDelayMs: 100, breaksAfter: 10 })(service.call)
    await vi.runAllTimersAsync()
    expect(await answer).toBe('paid')
    const [first = -1, second = -1, third = -1] = service.calledAt
    expect(service.calledAt).toHaveLength(3)
    expect(first).toBe(0)
    expect(second).toBeGreaterThan(0)
    expect(third).toBeGreaterThan(second)
    // Decorrelated jitter: each wait is random, and none is beyond the bound.
    expect(third).toBeLessThanOrEqual(2 * 2_000)
  })

  it('throws the last error when the retries are used up', async () => {
    const service = makeService(99)
    const answer = guardCalls({ retries: 2, breaksAfter: 10 })(service.call)
    const checked = expect(answer).rejects.toThrow(GatewayError)
    await vi.runAllTimersAsync()
    await checked
    expect(service.calledAt).toHaveLength(3)
  })

  it('does not retry what no retry can help, and does not count it for the breaker', async () => {
    const service = makeService(99, () => new PermanentError('no such currency'))
    const guarded = guardCalls({ breaksAfter: 2 })
    for (let i = 0; i < 5; i += 1) await expect(guarded(service.call)).rejects.toThrow(PermanentError)
    expect(service.calledAt).toHaveLength(5)
  })

  it('opens after failures in a row, then fails at once with the cause, and closes by one good call', async () => {
    const service = makeService(4)
    const guarded = guardCalls({ retries: 0, breaksAfter: 4, halfOpenMs: 3_000 })
    for (let i = 0; i < 4; i += 1) await expect(guarded(service.call)).rejects.toThrow(GatewayError)
    const refused = await guarded(service.call).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      message: 'not tried: the circuit is open',
      cause: { name: 'GatewayError' },
    })
    expect(service.calledAt).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await guarded(service.call)).toBe('paid')
    expect(await guarded(service.call)).toBe('paid')
  })
})

it('names a retry queue for each of three trips, then none', () => {
  expect([0, 1, 2, 3].map((tried) => retryQueueOf('payments', tried))).toEqual([
    'payments.retry.1',
    'payments.retry.2',
    'payments.retry.3',
    null,
  ])
})
