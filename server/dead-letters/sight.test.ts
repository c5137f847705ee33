import { expect, test } from 'vitest'
import type { BrokerMessage } from '../brokers/contract/index.ts'
import type { FailureReading, ReadFailure } from './contract.ts'
import { sightHeaders } from './sight.ts'

/** Messages that are nothing but what they died of; an empty word is one that says nothing of a failure. */
const sight = (...causes: readonly string[]) => {
  const read: ReadFailure = (_, message) => {
    const errorClass = message.id
    if (errorClass === '') return null
    const failure = { reader: 'spring', reason: 'exception', errorClass, origin: {}, evidence: [] }
    return { failure, failureHeaders: [], origin: {} } as unknown as FailureReading
  }
  const messages = causes.map((id) => ({ id }) as BrokerMessage)
  return sightHeaders('kafka', { type: 'topic', name: 'orders.DLT' }, messages, read)?.cause
}

test('the cause is what most of those looked at died of, of all that were looked at', () => {
  expect(sight('Timeout', 'Declined', 'Declined', '')).toEqual({ words: 'Declined', count: 2, of: 4 })
})

test('equals are told in one order, and a long one is cut', () => {
  expect(sight('b', 'a')).toEqual({ words: 'a', count: 1, of: 2 })
  expect(sight('x'.repeat(500))?.words).toHaveLength(120)
})
