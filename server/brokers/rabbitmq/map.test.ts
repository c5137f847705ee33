import { describe, expect, it } from 'vitest'
import { readQueueId } from '../contract/index.ts'
import type { Delivery } from './amqplib.ts'
import { BasicProperties } from './basic-properties.ts'
import { type Field, FieldTable } from './codec.ts'
import { deliveryCountOf, Identities, messageOf } from './map.ts'

const own: [string, Field] = ['seed', { tag: 'S', value: Buffer.from('1') }]
function delivery(body: string, headers: [string, Field][] = [], redelivered = false): Delivery {
  return {
    content: Buffer.from(body),
    fields: { deliveryTag: 1, redelivered, exchange: 'x', routingKey: 'k' },
    properties: new BasicProperties(headers.length === 0 ? {} : { headers: new FieldTable(headers) }),
  }
}
const counted: [string, Field] = ['x-delivery-count', { tag: 'l', value: 3n }]
const acquired: [string, Field] = ['x-acquired-count', { tag: 'I', value: 4 }]

describe('the id of a queue message', () => {
  it('stays the same whatever looking adds', () => {
    const before = new Identities().next(delivery('a', [own])).id
    expect(new Identities().next(delivery('a', [own, counted, acquired], true)).id).toBe(before)
    const bare = new Identities().next(delivery('a')).id
    expect(new Identities().next(delivery('a', [counted])).id).toBe(bare)
  })

  it('tells equals apart by their place among equals', () => {
    const identities = new Identities()
    const ids = ['a', 'b', 'a'].map((body) => identities.next(delivery(body)).id)
    expect(ids.map((id) => readQueueId(id)?.ordinal)).toEqual([0, 0, 1])
    expect(identities.copiesOf(ids[0] ?? '')).toBe(2)
    expect(identities.copiesOf('nonsense')).toBe(0)
  })

  it('differs with a body, a header, its type, and where one ends and the other begins', () => {
    const id = (...given: Parameters<typeof delivery>) => new Identities().next(delivery(...given)).id
    const typed: [string, Field] = ['seed', { tag: 'x', value: Buffer.from('1') }]
    expect(new Set([id('a', [own]), id('b', [own]), id('a'), id('a', [typed])]).size).toBe(4)
  })
})

it('shows what the broker added beside the message, not in it', () => {
  const shown = messageOf(delivery('a', [own, counted, acquired], true), 'id', '0')
  expect(shown.headers).toEqual([{ name: 'seed', type: 'string', value: '1' }])
  expect(shown.properties).toMatchObject({ redelivered: true, deliveryCount: 3, acquiredCount: 4 })
  expect(deliveryCountOf(delivery('a', [counted]))).toBe(3)
  expect(deliveryCountOf(delivery('a'))).toBe(0)
})

it.each([
  [0n, null],
  [1_700_000_000n, 1_700_000_000_000],
  [1_700_000_000_123n, 1_700_000_000_123],
  [2n ** 64n - 1n, null],
])('reads the timestamp %s in seconds or milliseconds', (timestamp, expected) => {
  const given = { ...delivery('a'), properties: new BasicProperties({ timestamp }) }
  expect(messageOf(given, 'id', '0').timestampMs).toBe(expected)
})
