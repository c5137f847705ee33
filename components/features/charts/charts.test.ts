import { describe, expect, it } from 'vitest'
import type { DestinationDetail } from '@/lib/schemas/destination'
import type { Event } from '@/lib/schemas/event'
import type { Reading } from '@/lib/schemas/reading'
import type { Series } from '@/lib/schemas/series'
import { arrange, type Compared } from './arrange.ts'
import { chartsOfDestination } from './charts-of.ts'
import { concerns } from './event-marks.ts'
import { forecastOf } from './forecast.ts'

const at = '2026-11-27T22:00:00.000Z'
const ok = (value: number, unit: Series['unit'] = 'messages'): Reading => ({
  state: 'ok',
  value,
  unit: unit ?? 'count',
  at,
  quality: 'exact',
})
const seriesOf = (unit: Series['unit'], points: Series['points'] = []) => ({ unit, points }) as Series

describe('a comparison', () => {
  const one = (metric: string, unit: Series['unit']): Compared => ({
    of: { broker: 'shop', metric },
    label: metric,
    series: seriesOf(unit),
  })
  const drawn = (...list: Compared[]) =>
    arrange(list).map(({ lines }) => lines.map(({ label, axis, tone }) => `${label} ${axis} ${tone}`))

  it('shares an axis where units are the same', () => {
    expect(drawn(one('depth', 'messages'), one('lag', 'messages'))).toEqual([
      ['depth left s1', 'lag left s2'],
    ])
  })
  it('has an axis a unit for two of them, in the colours of the list', () => {
    expect(drawn(one('depth', 'messages'), one('inRate', 'per-second'), one('lag', 'messages'))).toEqual([
      ['depth left s1', 'lag left s3', 'inRate right s2'],
    ])
  })
  it('has a chart a unit for more', () => {
    expect(drawn(one('depth', 'messages'), one('inRate', 'per-second'), one('memory', 'bytes'))).toEqual([
      ['depth left s1'],
      ['inRate left s2'],
      ['memory left s3'],
    ])
  })
  it('loses nothing while series are still asked for', () => {
    const waiting: Compared = { of: { broker: 'b', metric: 'lag' }, label: 'lag', series: undefined }
    expect(arrange([waiting, one('depth', 'messages')]).flatMap(({ of }) => of)).toEqual([0, 1])
    expect(arrange([waiting])).toHaveLength(1)
  })
})

describe('a forecast', () => {
  const lag = seriesOf('messages', [
    [0, 50],
    [1000, 100],
    [2000, null],
  ])
  it('goes from the last known lag to nothing', () => {
    expect(forecastOf(lag, ok(10, 'seconds'), 900_000)?.points).toEqual([
      [1000, 100],
      [11_000, 0],
    ])
  })
  it('is cut off where the chart ends, on its way', () => {
    expect(forecastOf(lag, ok(100, 'seconds'), 100_000)?.points).toEqual([
      [1000, 100],
      [31_000, 70],
    ])
  })
  it('is none where nothing drains or nothing is known', () => {
    expect(forecastOf(lag, { state: 'unsupported', reason: 'It does not drain' }, 900_000)).toBeNull()
    expect(forecastOf(lag, undefined, 900_000)).toBeNull()
    expect(forecastOf(undefined, ok(10, 'seconds'), 900_000)).toBeNull()
    expect(forecastOf(seriesOf('messages', [[0, 0]]), ok(10, 'seconds'), 900_000)).toBeNull()
  })
})

describe('what marks the charts of a group', () => {
  const event = (rest: Partial<Event>): Event => ({
    id: 'e',
    at,
    kind: 'other',
    broker: 'shop',
    text: '',
    ...rest,
  })
  const subject = { group: 'g1', reads: ['orders'] }
  it.each<[string, Partial<Event>, boolean]>([
    ['its own', { group: { id: 'g1', name: 'g' } }, true],
    ["another group's", { group: { id: 'g2', name: 'h' } }, false],
    ['of what it reads', { destination: { id: 'd1', name: 'orders' } }, true],
    ['of what it does not read', { destination: { id: 'd2', name: 'emails' } }, false],
    ["its broker's", { kind: 'broker-restart' }, true],
    ['a deploy', { kind: 'deploy', broker: null }, true],
  ])('%s', (_, rest, is) => {
    expect(concerns(event(rest), subject)).toBe(is)
  })
})

describe('the charts of a destination', () => {
  const rowOf = (readings: Record<string, Reading>, deadLetter: object = {}) =>
    ({
      id: 'd1',
      name: 'orders',
      readings,
      deadLetter: { isDeadLetter: false, evidence: [], origins: [], ...deadLetter },
    }) as unknown as DestinationDetail
  const charts = (row: DestinationDetail) =>
    chartsOfDestination('shop', row).map(({ id, lines }) => [id, ...lines.map(({ of }) => of.metric)])

  it('are of what it measures', () => {
    const readings = {
      depth: ok(1),
      ready: ok(1),
      unacked: ok(0),
      inRate: ok(1),
      ackRate: ok(1),
      consumers: ok(2),
    }
    expect(charts(rowOf(readings))).toEqual([
      ['depth', 'ready', 'unacked'],
      ['rates', 'inRate', 'ackRate'],
      ['consumers', 'consumers'],
    ])
  })
  it('say why nothing is measured, and follow its rejects', () => {
    const none: Reading = { state: 'unsupported', reason: 'The broker counts no such messages here' }
    const target = { id: 'd2', name: 'orders.dlq', via: 'x' }
    const [, rates, dead] = chartsOfDestination(
      'shop',
      rowOf({ depth: ok(1), inRate: none, outRate: none }, { target }),
    )
    expect(rates?.unsupported).toBe('The broker counts no such messages here')
    expect(dead?.lines[0]).toMatchObject({
      of: { destination: 'd2', metric: 'depth' },
      label: 'in orders.dlq',
    })
  })
})
