import { expect, test } from 'vitest'
import { type Counter, ok, unavailable, unsupported } from '../brokers/contract/index.ts'
import { RateBook, sumReadings } from './rates.ts'

const counter = (value: string, atMs: number, epoch = 'node 1'): Counter => ({
  value,
  atMs,
  epoch,
  survivesRestart: false,
})

function rateAfter(points: readonly Counter[], nowMs = points.at(-1)?.atMs ?? 0) {
  const book = new RateBook()
  for (const published of points) book.observe('orders', { published })
  return book.withRates('orders', {}, nowMs).inRate
}

test('two samples make a rate, with the time of the newer', () => {
  expect(rateAfter([counter('100', 0), counter('150', 5_000)])).toEqual(ok(10, 'per-second', 5_000))
})

test('one sample is no rate, and not 0', () => {
  expect(rateAfter([counter('100', 5_000)])).toMatchObject({ state: 'unavailable' })
})

test('exact beyond 2^53', () => {
  const rate = rateAfter([counter('18014398509481984000', 0), counter('18014398509481984005', 5_000)])
  expect(rate).toMatchObject({ state: 'ok', value: 1 })
})

test('a broker that refreshes its numbers every second sample shows no 0 and double in turn', () => {
  const points = [
    counter('0', 0),
    counter('50', 5_000),
    counter('50', 6_000),
    counter('100', 10_000),
    counter('100', 11_000),
  ]
  expect(rateAfter(points.slice(0, 4))).toMatchObject({ value: 10 })
  const rate = rateAfter(points)
  expect(rate?.state === 'ok' && rate.value).toBeGreaterThan(8)
})

test('another epoch begins anew: a reset is never interpolated over', () => {
  const points = [counter('1000', 0), counter('1100', 5_000), counter('1200', 10_000, 'node 2')]
  expect(rateAfter(points)).toMatchObject({ state: 'unavailable' })
  expect(rateAfter([...points, counter('1250', 15_000, 'node 2')])).toMatchObject({ value: 10 })
})

test('a counter that fell begins anew, and never gives a negative rate', () => {
  const points = [counter('1000', 0), counter('10', 5_000)]
  expect(rateAfter(points)).toMatchObject({ state: 'unavailable' })
  expect(rateAfter([...points, counter('20', 10_000)])).toMatchObject({ value: 2 })
})

test('the same point twice, or an older one, changes nothing', () => {
  expect(rateAfter([counter('0', 0), counter('50', 5_000), counter('50', 5_000)])).toMatchObject({
    value: 10,
  })
})

test('a broker sampled rarely has a rate too', () => {
  expect(rateAfter([counter('0', 0), counter('600', 60_000)])).toMatchObject({ value: 10 })
})

test('a rate over a long absence is none', () => {
  expect(rateAfter([counter('0', 0), counter('600', 600_000)])).toMatchObject({ state: 'unavailable' })
})

test('a counter the broker stopped telling is not shown as current', () => {
  const rate = rateAfter([counter('0', 0), counter('50', 5_000)], 60_000)
  expect(rate).toMatchObject({ state: 'unavailable', last: { value: 10 } })
})

test('what is never counted is unsupported; what is acknowledged stands in for what is delivered', () => {
  const book = new RateBook()
  book.observe('orders', { acked: counter('0', 0) })
  book.observe('orders', { acked: counter('10', 10_000) })
  const readings = book.withRates('orders', { depth: ok(1, 'messages', 0) }, 10_000)
  expect(readings).toMatchObject({
    depth: { value: 1 },
    inRate: { state: 'unsupported' },
    outRate: { value: 1 },
    ackRate: { value: 1 },
  })
})

test('what is gone is forgotten', () => {
  const book = new RateBook()
  book.observe('orders', { published: counter('0', 0) })
  book.prune(new Set(['other']))
  book.observe('orders', { published: counter('50', 5_000) })
  expect(book.withRates('orders', {}, 5_000).inRate).toMatchObject({ state: 'unavailable' })
})

test('a sum is as old as its oldest part and says what is missing', () => {
  expect(sumReadings([ok(1, 'messages', 1_000), ok(2, 'messages', 500)], 2_000)).toEqual(
    ok(3, 'messages', 500),
  )
  expect(sumReadings([ok(1, 'messages', 1_000), unavailable('gone', 900)], 2_000)).toMatchObject({
    value: 1,
    quality: 'approximate',
    detail: { missing: 1 },
  })
})

test('a sum over nothing known is unknown, never 0', () => {
  expect(sumReadings([unavailable('gone', 900)], 2_000)).toMatchObject({ state: 'unavailable' })
  expect(sumReadings([unsupported('no such thing')], 2_000)).toMatchObject({ state: 'unsupported' })
  expect(sumReadings([], 2_000)).toMatchObject({ state: 'unsupported' })
})
