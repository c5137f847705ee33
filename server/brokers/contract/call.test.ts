import { describe, expect, it, vi } from 'vitest'
import { newCall, pause, remainingMs, shorten, throwIfOver, within } from './call.ts'
import { BrokerError, isRetryable } from './errors.ts'

const never = new Promise<never>(() => undefined)

describe('a call', () => {
  it('ends at its deadline, drops what it had open, and hears nothing more', async () => {
    const abandon = vi.fn()
    const startedAt = performance.now()
    await expect(within(newCall(40), never, abandon)).rejects.toMatchObject({ code: 'timeout' })
    expect(performance.now() - startedAt).toBeLessThan(240)
    expect(abandon).toHaveBeenCalledOnce()
  })

  it('ends at an abort and says that it was one', async () => {
    const abort = new AbortController()
    const work = within(newCall(60_000, abort.signal), never)
    abort.abort()
    await expect(work).rejects.toMatchObject({ code: 'timeout', detail: { aborted: true } })
  })

  it('is over before it begins when it was aborted or is late', async () => {
    const aborted = newCall(1_000, AbortSignal.abort())
    const abandon = vi.fn()
    await expect(within(aborted, Promise.resolve(1), abandon)).rejects.toThrow(BrokerError)
    await expect(within(newCall(0), Promise.resolve(1), abandon)).rejects.toThrow(BrokerError)
    expect(abandon).toHaveBeenCalledTimes(2)
    expect(() => throwIfOver(aborted)).toThrow('abandoned')
    expect(() => throwIfOver(newCall(1_000))).not.toThrow()
  })

  it('answers what the work answers, and leaves no listener behind', async () => {
    const abort = new AbortController()
    const remove = vi.spyOn(abort.signal, 'removeEventListener')
    await expect(within(newCall(1_000, abort.signal), Promise.resolve('done'))).resolves.toBe('done')
    expect(remove).toHaveBeenCalledOnce()
    const failure = new RangeError('its own')
    await expect(within(newCall(1_000), Promise.reject(failure))).rejects.toBe(failure)
  })

  it('is only ever shortened', () => {
    const call = newCall(1_000)
    expect(shorten(call, 60_000).deadlineAt).toBe(call.deadlineAt)
    expect(shorten(call, 10).deadlineAt).toBeLessThan(call.deadlineAt)
    expect(remainingMs({ ...call, deadlineAt: 1 })).toBe(0)
  })

  it('pauses no longer than it lasts', async () => {
    await pause(newCall(1_000), 5)
    await expect(pause(newCall(20), 60_000)).rejects.toMatchObject({ code: 'timeout' })
  })

  it('is worth another try only where nobody has to change anything', () => {
    const codes = ['unreachable', 'timeout', 'throttled', 'forbidden', 'not_found', 'conflict'] as const
    const retried = codes.filter((code) => isRetryable(new BrokerError(code, 'x')))
    expect(retried).toEqual(['unreachable', 'timeout', 'throttled'])
    expect(isRetryable(new Error('timeout'))).toBe(false)
  })
})
