import { afterAll, describe, expect, it } from 'vitest'
import type { HistorySubject } from '../../contract/history.ts'
import { openStore, reading } from './testing/open-store.ts'
import { dayMs } from './times.ts'

/** Half an hour between two samples, and a segment a window: a year in seconds. */
const everyMs = 1_800_000
const segmentLength = 4 * 3_600_000
const start = Date.parse('2025-01-01T00:00:00.000Z')
const maxBytes = 5_500_000
const spikeMs = start + 320 * dayMs + 5 * everyMs
const bench = openStore({ maxBytes, segmentLength })
afterAll(() => bench.remove())

/** Six queues of four metrics that never stand still. */
function subjectsAt(atMs: number): HistorySubject[] {
  const step = Math.floor((atMs - start) / everyMs)
  return Array.from({ length: 6 }, (_, queue) => ({
    scope: 'destination',
    id: queue === 0 ? 'q' : `q${queue}`,
    readings: Object.fromEntries(
      ['depth', 'ready', 'unacked', 'inRate'].map((metric, index) => [
        metric,
        reading(
          atMs === spikeMs
            ? 5_000_000
            : ((step * 7919 + queue * 104_729 + index * 31) % 1013) / (index > 2 ? 7 : 1),
        ),
      ]),
    ),
  }))
}

describe('a year', () => {
  it('of 24 series stays under its cap, keeps what it promises, and shows the spike of six weeks ago', {
    timeout: 60_000,
  }, () => {
    const end = start + 365 * dayMs
    let most = 0
    for (let atMs = start; atMs < end; atMs += everyMs) {
      bench.write({ broker: 'b', atMs, everyMs, subjects: subjectsAt(atMs) })
      if (atMs % dayMs !== 0) continue
      bench.maintain(atMs)
      most = Math.max(most, bench.store.figures.bytes)
    }
    expect(most).toBeLessThanOrEqual(maxBytes)
    const request = { broker: 'b', scope: 'destination', id: 'q', metric: 'depth' } as const
    const raw = bench.store.read({ ...request, fromMs: end - dayMs, toMs: end, tier: 'raw' })
    expect([raw.tier, raw.points.at.length]).toEqual(['raw', 48])
    const year = bench.store.read({ ...request, fromMs: start, toMs: end, tier: 'hour' })
    expect(year.tier).toBe('hour')
    expect(Math.max(...year.points.high)).toBe(5_000_000)
    // A point an hour as far back as there was room for, and none is missing since then.
    const since = year.sinceMs ?? 0
    expect(since, 'the cap was never reached').toBeGreaterThan(start)
    expect(since).toBeLessThan(end - 60 * dayMs)
    expect(year.points.at.length).toBeGreaterThan((end - Math.max(since, start)) / 3_600_000 - 49)
    expect(year.points.low.every((value) => value > 0 || value === 0)).toBe(true)
  })

  it('leaves no file behind that is older than its tier, and only known ones', () => {
    const kept = { raw: 3, minute: 16, hour: 14 }
    const counts = Object.entries(kept).map(([tier, most]) => {
      const own = bench.files().filter((name) => name.startsWith(`${tier}-`))
      return own.length > 0 && own.length <= most
    })
    expect(counts).toEqual([true, true, true])
    expect(
      bench.files().filter((name) => !/^(raw|minute|hour|index)[-.].*db(-wal|-shm)?$/.test(name)),
    ).toEqual([])
  })
})
