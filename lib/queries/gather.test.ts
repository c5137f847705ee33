import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createGather } from './gather.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function open(limits: Partial<{ count: number; chars: number }> = {}) {
  const calls: (readonly string[])[] = []
  const gather = createGather<string, string>(
    async (keys) => {
      calls.push(keys)
      if (keys.includes('bad')) throw new Error('refused')
      return new Map(keys.filter((key) => key !== 'unknown').map((key) => [key, key.toUpperCase()]))
    },
    (key) => key.length,
    { waitMs: 50, count: 100, chars: 1_000, ...limits },
  )
  return { calls, gather }
}

test('what is asked within a moment goes out together, each key once', async () => {
  const { calls, gather } = open()
  const answers = Promise.all([gather('a'), gather('b'), gather('a'), gather('unknown')])
  await vi.advanceTimersByTimeAsync(49)
  expect(calls).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(await answers).toEqual(['A', 'B', 'A', null])
  expect(calls).toEqual([['a', 'b', 'unknown']])
  const later = gather('c')
  await vi.advanceTimersByTimeAsync(50)
  expect(await later).toBe('C')
  expect(calls).toHaveLength(2)
})

test('a row that left the sight before is not asked for', async () => {
  const { calls, gather } = open()
  const gone = new AbortController()
  void gather('gone', gone.signal)
  void gather('here', new AbortController().signal)
  gone.abort()
  await vi.advanceTimersByTimeAsync(50)
  expect(calls).toEqual([['here']])
})

test('calls are bounded in count and in length', async () => {
  const { calls, gather } = open({ count: 3, chars: 10 })
  for (const key of ['aaaa', 'bbbb', 'cccc', 'd', 'e', 'f']) void gather(key)
  await vi.advanceTimersByTimeAsync(50)
  expect(calls).toEqual([['aaaa', 'bbbb'], ['cccc', 'd', 'e'], ['f']])
})

test('one call that fails does not fail the others', async () => {
  const { gather } = open({ count: 1 })
  const answers = Promise.allSettled([gather('bad'), gather('good')])
  await vi.advanceTimersByTimeAsync(50)
  expect((await answers).map((one) => one.status)).toEqual(['rejected', 'fulfilled'])
})
