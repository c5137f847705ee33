import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newPoints } from '../../lib/domain/fold-points.ts'
import { seriesSchema } from '../../lib/schemas/series.ts'
import type { HistoryAnswer, HistoryRequest } from '../storage/contract/history.ts'
import { readSeries, stepFor, tierFor } from './read-series.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const nowMs = Date.parse('2026-11-27T12:00:00.000Z')

function answerOf(
  rows: readonly [at: number, until: number, value: number, quality?: number][],
): HistoryAnswer {
  const points = newPoints(rows.length)
  for (const [index, [at, until, value, quality = 0]] of rows.entries()) {
    points.at[index] = at
    points.until[index] = until
    for (const column of [points.average, points.low, points.high]) column[index] = value
    points.count[index] = 1
    points.quality[index] = quality
  }
  return { unit: 'messages', sinceMs: rows[0]?.[0] ?? null, tier: 'raw', points, breaks: [nowMs - minute] }
}
function read(
  answer: HistoryAnswer,
  range: { fromMs: number; toMs?: number; points?: number },
  asked: HistoryRequest[] = [],
) {
  const history = {
    read: async (request: HistoryRequest) => {
      asked.push(request)
      return answer
    },
  }
  const request = { broker: 'b', destination: 'q', metric: 'depth', toMs: nowMs, points: 300, ...range }
  return readSeries(history, request, nowMs)
}

describe('the tier and the step', () => {
  it('are the finest that hold the beginning of the range', () => {
    expect(
      [hour, day, 2 * day, 14 * day, 15 * day, 400 * day].map((age) => tierFor(nowMs - age, nowMs)),
    ).toEqual(['raw', 'raw', 'minute', 'minute', 'hour', 'hour'])
  })

  it('give never more points than asked for, nor a step finer than the tier', () => {
    const finest = { raw: 1000, minute, hour }
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 400 * day }),
        fc.integer({ min: 0, max: 400 * day }),
        fc.integer({ min: 2, max: 1000 }),
        fc.constantFrom('raw', 'minute', 'hour'),
        (span, age, points, tier) => {
          const toMs = nowMs - age
          const stepMs = stepFor({ fromMs: toMs - span, toMs, points }, tier)
          expect(stepMs % finest[tier]).toBe(0)
          const from = Math.floor((toMs - span) / stepMs)
          expect(Math.ceil(toMs / stepMs) - from).toBeLessThanOrEqual(points)
        },
      ),
    )
  })
})

describe('a series', () => {
  it('is what the schema says: gaps null, spikes in high, estimated stretches joined, breaks told', async () => {
    const fromMs = nowMs - 10 * minute
    const s = 1000
    const answer = answerOf([
      [fromMs, fromMs + 15 * s, 5],
      [fromMs + 15 * s, fromMs + 30 * s, 500],
      [fromMs + 5 * minute, fromMs + 5 * minute + 15 * s, 1.23456, 2],
      [fromMs + 5 * minute + 15 * s, fromMs + 6 * minute, 2, 2],
    ])
    const asked: HistoryRequest[] = []
    const series = await read(answer, { fromMs, points: 10 }, asked)
    expect(asked).toEqual([
      { broker: 'b', scope: 'destination', id: 'q', metric: 'depth', fromMs, toMs: nowMs, tier: 'raw' },
    ])
    expect(seriesSchema.parse(JSON.parse(JSON.stringify(series)))).toEqual({
      broker: 'b',
      destination: 'q',
      metric: 'depth',
      unit: 'messages',
      quality: 'estimated',
      from: new Date(fromMs).toISOString(),
      to: new Date(nowMs).toISOString(),
      stepMs: minute,
      tier: 'raw',
      points: [252.5, null, null, null, null, 1.617, null, null, null, null].map((value, index) => [
        fromMs + index * minute,
        value,
      ]),
      low: [5, null, null, null, null, 1.235, null, null, null, null],
      high: [500, null, null, null, null, 2, null, null, null, null],
      estimated: [[fromMs + 5 * minute, fromMs + 6 * minute]],
      breaks: [nowMs - minute],
      since: new Date(fromMs).toISOString(),
    })
  })

  it('shows no gap where steps are shorter than the interval, and none of the future', async () => {
    const fromMs = nowMs - 2 * minute
    const answer = answerOf([
      [fromMs - 30_000, fromMs + 30_000, 4],
      [fromMs + 30_000, fromMs + 90_000, 5],
      [fromMs + 90_000, fromMs + 150_000, 6],
    ])
    const series = await read(answer, { fromMs, toMs: nowMs + hour, points: 1000 })
    expect(series.stepMs).toBe(1000)
    expect(series.points.map(([, value]) => value)).toEqual(
      [4, 5, 6].flatMap((value) => Array.from({ length: value === 5 ? 60 : 30 }, () => value)),
    )
  })

  it('of which nothing is kept is all nulls, and says that nothing ever was', async () => {
    const series = await read(answerOf([]), { fromMs: nowMs - hour, points: 4 })
    expect(series).toMatchObject({ quality: null, since: null, estimated: [] })
    expect(series.points.map(([, value]) => value)).toEqual([null, null, null, null])
  })
})
