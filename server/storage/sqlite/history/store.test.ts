import { readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openStore, type StoreBench, sampleOf } from './testing/open-store.ts'
import { dayMs } from './times.ts'

const benches: StoreBench[] = []
function open(options?: Parameters<typeof openStore>[0]): StoreBench {
  const bench = openStore(options)
  benches.push(bench)
  return bench
}
afterEach(() => {
  for (const bench of benches.splice(0)) bench.remove()
})

const start = Date.parse('2026-03-10T00:00:00.000Z')
const [second, minute, hour] = [1_000, 60_000, 3_600_000]
/** `count` samples, 15 s apart; every seventh is not known, the fiftieth is a spike. */
function fill(bench: StoreBench, fromMs: number, count: number): (number | null)[] {
  return Array.from({ length: count }, (_, index) => {
    const depth = index % 7 === 6 ? null : index === 50 ? 999_999 : Math.floor(index / 3)
    bench.write(sampleOf(fromMs + index * 15 * second, depth))
    return depth
  })
}
const knownOf = (depths: readonly (number | null)[]) => depths.filter((depth) => depth !== null)

describe('readings', () => {
  it('are the same from the journal, from chunks, and after the process was killed in between', () => {
    const bench = open()
    const depths = fill(bench, start, 160)
    const wanted = knownOf(depths)
    const end = start + 40 * minute
    expect(bench.read(start, end).values).toEqual(wanted)
    bench.reopen()
    expect(bench.read(start, end).values).toEqual(wanted)
    bench.maintain(start + 25 * minute)
    expect(bench.read(start, end).values).toEqual(wanted)
    bench.maintain(end + minute)
    bench.reopen()
    const { at, values } = bench.read(start, end)
    expect(values).toEqual(wanted)
    expect(at).toEqual(
      depths.flatMap((depth, index) => (depth === null ? [] : [start + index * 15 * second])),
    )
    expect(bench.read(start + 10 * minute, start + 11 * minute).at.at(-1)).toBe(
      start + 10 * minute + 45 * second,
    )
  })

  it('stand until the next one is due, and then nothing is known', () => {
    const { write, store } = open()
    for (const atMs of [start, start + 15 * second, start + 90 * second]) write(sampleOf(atMs, 5))
    write(sampleOf(start + 105 * second, null))
    const request = { broker: 'b', scope: 'destination', id: 'q', metric: 'depth', tier: 'raw' } as const
    const { points } = store.read({ ...request, fromMs: start, toMs: start + hour })
    expect([...points.until].map((ms) => (ms - start) / second)).toEqual([15, 30, 105])
  })

  it('are found at once in a range that begins with the epoch', () => {
    const bench = open()
    bench.write(sampleOf(start, 5))
    expect(bench.read(0, start + hour, 'hour').values).toEqual([5])
    bench.maintain(start + 2 * dayMs)
    expect(bench.read(0, start + hour, 'hour').values).toEqual([5])
  })

  it('of what a sample leaves out end there, and go on when it is back', () => {
    const bench = open()
    bench.write(sampleOf(start, 5))
    bench.write({ ...sampleOf(start + 15 * second, 5), subjects: [] })
    bench.write(sampleOf(start + 30 * second, 5))
    expect(bench.read(start, start + minute).at).toEqual([start, start + 30 * second])
  })

  it('told twice, or late, or with the clock set back, stand once', () => {
    const bench = open()
    for (const depth of [1, 2]) bench.write(sampleOf(start + 15 * second, depth))
    bench.maintain(start + 20 * minute)
    bench.reopen()
    bench.write(sampleOf(start + 45 * second, 4))
    bench.write(sampleOf(start + 30 * second, 3))
    bench.maintain(start + 20 * minute)
    expect(bench.read(start, start + minute).values).toEqual([2, 3, 4])
  })
})

describe('lives', () => {
  it('another incarnation is another series, and the break is told', () => {
    const bench = open()
    bench.write(sampleOf(start, 100, { incarnation: 'one' }))
    bench.write(sampleOf(start + 15 * second, 101))
    bench.write(sampleOf(start + 30 * second, 1, { incarnation: 'two' }))
    bench.write(sampleOf(start + 45 * second, 2, { incarnation: 'two' }))
    for (const state of ['journal', 'chunks', 'minutes']) {
      if (state === 'chunks') bench.maintain(start + 20 * minute)
      if (state === 'minutes') bench.maintain(start + 5 * hour)
      const { values, breaks } = bench.read(start, start + minute)
      expect(values, state).toEqual([100, 101, 1, 2])
      expect(breaks, state).toEqual([start + 30 * second])
    }
    expect(bench.store.figures.knownSeries).toBe(2)
  })

  it('an incarnation that is told later is the same life', () => {
    const bench = open()
    bench.write(sampleOf(start, 1))
    bench.reopen()
    bench.write(sampleOf(start + 15 * second, 2, { incarnation: 'one' }))
    expect(bench.read(start, start + minute)).toMatchObject({ values: [1, 2], breaks: [] })
  })
})

describe('roll-ups', () => {
  it('keep every spike and every gap, and nothing is counted twice where tiers meet', () => {
    const bench = open()
    // Two days and a little, one reading a minute; an hour of silence, and one spike.
    const silent = (index: number) => index >= 600 && index < 660
    const count = 2 * 24 * 60 + 90
    for (let index = 0; index < count; index += 1)
      bench.write(
        sampleOf(start + index * minute, silent(index) ? null : index === 1000 ? 1e6 : 7, {
          everyMs: minute,
        }),
      )
    const end = start + count * minute
    bench.maintain(end)
    const files = readdirSync(bench.folder).filter((name) => name.endsWith('.db'))
    expect(files).toEqual(
      expect.arrayContaining(['hour-2026-03.db', 'minute-2026-03-10.db', 'raw-2026-03-12.db']),
    )
    const request = { broker: 'b', scope: 'destination', id: 'q', metric: 'depth' } as const
    for (const tier of ['raw', 'minute', 'hour'] as const) {
      const { points } = bench.store.read({ ...request, fromMs: start, toMs: end, tier })
      expect(
        points.count.reduce((sum, readings) => sum + readings, 0),
        tier,
      ).toBe(count - 60)
      expect(Math.max(...points.high), tier).toBe(1e6)
      expect(Math.min(...points.low), tier).toBe(7)
      expect(
        [...points.at].some((ms) => ms >= start + 10 * hour && ms < start + 11 * hour),
        tier,
      ).toBe(false)
    }
  })

  it('done again after a kill change nothing', () => {
    const bench = open()
    fill(bench, start, 4 * 60 * 5)
    const work = bench.store.maintain(start + 8 * hour)
    // Somewhere in the middle of it.
    for (let step = 0; step < 10; step += 1) work.next()
    bench.reopen()
    bench.maintain(start + 8 * hour)
    const { points } = bench.store.read({
      broker: 'b',
      scope: 'destination',
      id: 'q',
      metric: 'depth',
      fromMs: start,
      toMs: start + 4 * hour,
      tier: 'minute',
    })
    const known = Array.from({ length: 960 }, (_, index) => index % 7 !== 6).filter(Boolean).length
    expect(points.count.reduce((sum, readings) => sum + readings, 0)).toBe(known)
  })
})

describe('damage', () => {
  it('of one file takes that file, aside and told, and no more', () => {
    const bench = open()
    fill(bench, start, 100)
    fill(bench, start + dayMs, 100)
    bench.maintain(start + dayMs + hour)
    bench.store.close()
    writeFileSync(
      join(bench.folder, 'raw-2026-03-10.db'),
      'this is no database, and it is long enough to tell',
    )
    bench.reopen()
    expect(bench.read(start, start + hour).values).toEqual([])
    expect(bench.read(start + dayMs, start + dayMs + hour).values.length).toBeGreaterThan(80)
    expect(bench.problems).toEqual([expect.stringContaining('raw-2026-03-10.db is damaged and was moved to')])
    expect(readdirSync(bench.folder).join()).toContain('raw-2026-03-10.db.damaged-')
  })

  it('of the file that is written to costs what stood in it, and not what comes', () => {
    const bench = open()
    fill(bench, start, 40)
    bench.maintain(start + 20 * minute)
    bench.store.close()
    writeFileSync(
      join(bench.folder, 'raw-2026-03-10.db'),
      'this is no database, and it is long enough to tell',
    )
    bench.reopen()
    fill(bench, start + hour, 14)
    bench.maintain(start + 2 * hour)
    expect(bench.read(start, start + 2 * hour).values).toHaveLength(12)
    expect(bench.problems).toHaveLength(1)
  })

  it('of the catalogue begins the history anew, and keeps the old one aside', () => {
    const bench = open()
    fill(bench, start, 10)
    bench.store.close()
    writeFileSync(join(bench.folder, 'index.db'), 'this is no database, and it is long enough to tell')
    bench.reopen()
    expect(bench.problems).toEqual([expect.stringContaining('it begins anew')])
    expect(readdirSync(dirname(bench.folder))).toHaveLength(2)
    fill(bench, start, 10)
    expect(bench.read(start, start + hour).values).toHaveLength(9)
  })
})

describe('series', () => {
  const subject = { scope: 'destination', id: 'q', incarnation: undefined } as const
  const metrics = [{ metric: 'depth', unit: 'messages' }] as const
  const changes = { series: [7], values: Float64Array.of(5), qualities: Uint8Array.of(0) }
  const tick = { broker: 'b', atMs: start, everyMs: 15 * second, isFull: true, changes }

  it('are opened before a sample names them, else nothing of it is taken', () => {
    const bench = open()
    expect(() => bench.store.append(tick)).toThrow('was not opened')
    bench.store.define({ broker: 'b', atMs: start, subjects: [{ ...subject, handles: [7], metrics }] })
    bench.store.append(tick)
    expect(bench.read(start, start + minute).values).toEqual([5])
    // What cannot be opened leaves no handle that means the series it meant before.
    const broken = { ...subject, id: null as unknown as string }
    const define = () =>
      bench.store.define({ broker: 'b', atMs: start, subjects: [{ ...broken, handles: [7], metrics }] })
    expect(define).toThrow()
    expect(() => bench.store.append({ ...tick, atMs: start + 15 * second })).toThrow('was not opened')
    expect(bench.read(start, start + minute).values).toEqual([5])
  })

  it('are the same after the process was killed, and one more for another incarnation', () => {
    const bench = open()
    bench.write(sampleOf(start, 1, { incarnation: 'one' }))
    bench.reopen()
    bench.write(sampleOf(start + 15 * second, 2, { incarnation: 'one' }))
    bench.write(sampleOf(start + 30 * second, 3, { incarnation: 'two' }))
    expect(bench.read(start, start + minute)).toMatchObject({
      values: [1, 2, 3],
      breaks: [start + 30 * second],
    })
    bench.maintain(start + hour)
    expect(bench.store.figures.knownSeries).toBe(2)
  })
})
