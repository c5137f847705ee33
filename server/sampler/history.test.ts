import { afterEach, expect, test, vi } from 'vitest'
import type { HistorySample } from '../storage/contract/history.ts'
import { FakeBroker, groupOf, idOf, sampleOf } from './testing/fake-broker.ts'
import { openWatch, type Watch } from './testing/open-watch.ts'

let watch: Watch
afterEach(async () => {
  const stopped = watch.watcher.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  await stopped
  vi.useRealTimers()
})

test('the history hears of every sample once, the past first, and when the next one is due', async () => {
  vi.useFakeTimers()
  const broker = new FakeBroker()
  broker.depths.set('orders', 5)
  broker.groups.push(groupOf('readers', 9))
  const nowMs = Date.now()
  broker.past = [40_000, 25_000].map((ago) => ({
    atMs: nowMs - ago,
    readings: {},
    destinations: [sampleOf('orders', ago)],
    groups: [],
    problems: [],
  }))
  const heard: (Omit<HistorySample, 'subjects'> & { readonly values: Record<string, unknown> })[] = []
  watch = openWatch(broker, false, {
    onHistory({ subjects, ...sample }) {
      const values = [...subjects].flatMap(({ scope, id, readings }) =>
        Object.entries(readings).flatMap(([metric, reading]) =>
          reading.state === 'ok' ? [[`${scope} ${id} ${metric}`, reading.value] as const] : [],
        ),
      )
      heard.push({ ...sample, values: Object.fromEntries(values) })
    },
  })
  watch.watcher.start()
  await vi.advanceTimersByTimeAsync(50)
  const depth = `destination ${idOf('orders')} depth`
  expect(heard.map(({ isPast, values }) => [isPast, values[depth]])).toEqual([
    [true, 40_000],
    [true, 25_000],
    [false, 5],
  ])
  expect(heard.slice(0, 2).map(({ everyMs }) => Math.round(everyMs / 1000))).toEqual([15, 25])
  expect(Object.entries(heard[2]?.values ?? {}).find(([key]) => /^group \S+ lag$/.test(key))?.[1]).toBe(9)
  const before = broker.counts.sample
  await vi.advanceTimersByTimeAsync(60_000)
  expect(heard).toHaveLength(3 + broker.counts.sample - before)
  for (const [index, { atMs, everyMs }] of heard.entries()) {
    const next = heard[index + 1]
    if (next) expect(next.atMs - atMs).toBeLessThanOrEqual(everyMs + 1_000)
  }
})
