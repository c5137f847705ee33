import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keepPace } from './pace.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const ignore = () => undefined

it('keeps the rate, also when it changes meanwhile, and below one a tick', async () => {
  let [rate, sent] = [50, 0]
  const stop = keepPace(
    () => rate,
    async () => {
      sent += 1
    },
    ignore,
  )
  await vi.advanceTimersByTimeAsync(2_000)
  expect(sent).toBe(100)
  rate = 2
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sent).toBe(110)
  rate = 0
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sent).toBe(110)
  await stop()
})

it('bounds what a slow broker has not confirmed, tells of errors, and waits for the last at the end', async () => {
  const open: (() => void)[] = []
  const errors: unknown[] = []
  const stop = keepPace(
    () => 500,
    () => new Promise((_done, fail) => void open.push(() => fail(new Error('refused')))),
    (error) => errors.push(error),
  )
  await vi.advanceTimersByTimeAsync(10_000)
  expect(open).toHaveLength(300)
  let hasStopped = false
  const stopping = stop().then(() => {
    hasStopped = true
  })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(hasStopped).toBe(false)
  for (const end of open) end()
  await stopping
  expect(errors).toHaveLength(300)
})
