import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Batcher } from './batch.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function makeBatcher(size: number, fail: (items: readonly number[]) => boolean = () => false) {
  const written: (readonly number[])[] = []
  const batcher = new Batcher<number>({
    size,
    maxWaitMs: 500,
    flush: async (items) => {
      await Promise.resolve()
      if (fail(items)) throw new Error('full')
      written.push(items)
    },
  })
  return { batcher, written }
}

it('writes when a batch is full, without waiting', async () => {
  const { batcher, written } = makeBatcher(3)
  await Promise.all([1, 2, 3].map((item) => batcher.add(item)))
  expect(written).toEqual([[1, 2, 3]])
})

it('writes what is there when the first of it has waited long enough', async () => {
  const { batcher, written } = makeBatcher(3)
  const added = batcher.add(1)
  await vi.advanceTimersByTimeAsync(499)
  expect(written).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  await added
  expect(written).toEqual([[1]])
})

it('keeps order, begins each wait anew, and loses nothing at the end', async () => {
  const { batcher, written } = makeBatcher(2)
  const added = [1, 2, 3, 4, 5].map((item) => batcher.add(item))
  await batcher.flush()
  await Promise.all(added)
  expect(written).toEqual([[1, 2], [3, 4], [5]])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(written).toHaveLength(3)
})

it('tells each of a batch that failed, and goes on with the next', async () => {
  const { batcher, written } = makeBatcher(2, (items) => items.includes(1))
  const ends = await Promise.allSettled([1, 2, 3, 4].map((item) => batcher.add(item)))
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled'])
  expect(written).toEqual([[3, 4]])
})
