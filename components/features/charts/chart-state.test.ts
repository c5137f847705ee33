import { describe, expect, it } from 'vitest'
import type { ChartLine } from '@/components/charts'
import { parseRange } from '@/lib/domain/time-range'
import type { Series } from '@/lib/schemas/series'
import { cautionsOf, type LineResult, stateOf } from './chart-state.ts'

const series = (values: readonly (number | null)[], rest: Partial<Series> = {}): Series => ({
  broker: 'shop',
  metric: 'lag',
  unit: 'messages',
  quality: 'exact',
  from: '1970-01-01T00:00:00.000Z',
  to: '1970-01-01T00:15:00.000Z',
  stepMs: 5000,
  tier: 'raw',
  points: values.map((value, index) => [index * 5000, value]),
  low: [...values],
  high: [...values],
  estimated: [],
  breaks: [],
  since: '1970-01-01T00:00:00.000Z',
  ...rest,
})
const result = (data?: Series, rest: Partial<LineResult> = {}): LineResult => ({
  data,
  isPending: data === undefined,
  failure: null,
  ...rest,
})
const none = () => undefined
const kindOf = (...lines: LineResult[]) => stateOf(null, lines, 'utc', none).kind

describe('the state of a chart', () => {
  it('is unsupported with the reason, whatever else is known', () => {
    expect(stateOf('No such counter', [result()], 'utc', none)).toEqual({
      kind: 'unsupported',
      reason: 'No such counter',
    })
  })
  it('is drawn as soon as one line has a value, also while another loads or has failed', () => {
    expect(kindOf(result(series([1])), result())).toBe('ready')
    expect(kindOf(result(series([1])), result(undefined, { isPending: false, failure: 'no' }))).toBe('ready')
    expect(kindOf(result(series([1]), { failure: 'no' }))).toBe('ready')
  })
  it('loads, fails and is empty, each for itself', () => {
    expect(kindOf(result())).toBe('loading')
    expect(kindOf(result(undefined, { isPending: false, failure: 'no' }))).toBe('failed')
    expect(kindOf(result(series([null, null])))).toBe('none')
  })
  it('says since when there is something, where nothing is in this time', () => {
    const words = (since: string | null) => stateOf(null, [result(series([null], { since }))], 'utc', none)
    expect(words('2026-11-27T21:00:00.000Z')).toMatchObject({
      words: 'Nothing was read in this time. What is kept begins 2026-11-27 21:00:00.',
    })
    expect(words(null)).toMatchObject({ words: 'Nothing was kept of it so far.' })
  })
})

describe('what is to be known of a chart', () => {
  const line = (one: Series): ChartLine => ({ id: 'a', label: 'lag', tone: 's1', series: one })
  const quiet = { isPaused: false, failure: null, zone: 'utc' } as const
  const words = (one: Series, toMs: number, range = 'live', rest = {}) =>
    cautionsOf([line(one)], parseRange(range), toMs, { ...quiet, ...rest }).map(({ word }) => word)

  it('is nothing while it is live and whole', () => {
    expect(words(series([1, 2, 3]), 15_000)).toEqual([])
  })
  it('is that it is stale, once its end stays behind', () => {
    expect(words(series([1, 2, null, null]), 60_000)).toEqual(['stale'])
    expect(words(series([1, 2]), 60_000, '1970-01-01T00:00:00Z..1970-01-01T00:01:00Z')).toEqual([])
  })
  it('is what was estimated, left open, not refreshed or paused', () => {
    expect(words(series([1, null, 3], { estimated: [[0, 5000]] }), 15_000)).toEqual([
      'estimated',
      '1 gap, 5 s',
    ])
    expect(words(series([1, 2, 3]), 15_000, 'live', { failure: 'no', isPaused: true })).toEqual([
      'not refreshed',
      'paused',
    ])
  })
})
