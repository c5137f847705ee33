import { expect, test } from 'vitest'
import { ok, unavailable } from '../brokers/contract/index.ts'
import { deriveBroker, deriveKept, deriveShown, timeToDrain } from './derive.ts'

const perSecond = (value: number, atMs = 5_000) => ok(value, 'per-second', atMs)
const messages = (value: number) => ok(value, 'messages', 6_000)

test('processing time by what is held over what is acknowledged, estimated, as old as its oldest part', () => {
  const { processingTime } = deriveKept({ unacked: messages(40), ackRate: perSecond(8) })
  expect(processingTime).toEqual({
    ...ok(5, 'seconds', 5_000, 'estimated'),
    detail: { formula: 'unacknowledged ÷ acknowledgements a second' },
  })
})

test('nothing is derived from what is unknown or stands still', () => {
  expect(deriveKept({ unacked: messages(40), ackRate: perSecond(0) })).not.toHaveProperty('processingTime')
  expect(deriveKept({ unacked: unavailable('?', 0), ackRate: perSecond(1) })).not.toHaveProperty(
    'processingTime',
  )
  expect(deriveKept({ outRate: perSecond(0), redeliveryRate: perSecond(0) })).not.toHaveProperty('errorRate')
  expect(deriveShown({ depth: messages(3), inRate: perSecond(1) })).not.toHaveProperty('netRate')
})

test('an error rate names its parts, and leaves out what nobody counts', () => {
  expect(deriveKept({ outRate: perSecond(10), redeliveryRate: perSecond(2) }).errorRate).toMatchObject({
    value: 0.2,
    unit: 'ratio',
    detail: { formula: 'redelivered ÷ delivered', parts: { redelivered: 2 } },
  })
  const readings = { outRate: perSecond(10), redeliveryRate: perSecond(2), deadLetterRate: perSecond(1) }
  expect(deriveBroker(readings).errorRate).toMatchObject({
    value: 0.3,
    detail: { formula: '(deadLettered + redelivered) ÷ delivered' },
  })
})

test('the net rate counts what is acknowledged where that is known', () => {
  const readings = { inRate: perSecond(10), outRate: perSecond(10), ackRate: perSecond(4) }
  expect(deriveShown(readings).netRate).toMatchObject({ value: 6 })
})

test('a backlog drains, is empty, or does not drain; never infinity', () => {
  expect(timeToDrain(messages(100), perSecond(5), perSecond(10))).toMatchObject({
    value: 20,
    quality: 'estimated',
  })
  expect(timeToDrain(messages(0), perSecond(5), perSecond(5))).toMatchObject({ state: 'ok', value: 0 })
  expect(timeToDrain(messages(100), perSecond(10), perSecond(10.2))).toMatchObject({ state: 'unsupported' })
  expect(timeToDrain(messages(100), perSecond(0), perSecond(0))).toMatchObject({ state: 'unsupported' })
  expect(timeToDrain(unavailable('?', 0), perSecond(0), perSecond(1))).toBeNull()
})
