import { describe, expect, it } from 'vitest'
import type { Header } from '../../../lib/schemas/header.ts'
import type { Outgoing, OutgoingMessage } from '../contract/index.ts'
import { FieldTable } from './codec.ts'
import { tableOfHeaders } from './headers.ts'
import { assertStreamHolds, wireOf } from './outgoing.ts'

const queue = { type: 'queue' as const, name: 'q', namespace: '/' }
const to = (message: Partial<OutgoingMessage>, target: Outgoing['target'] = { ref: queue }): Outgoing => ({
  target,
  message: {
    key: null,
    body: Buffer.from('x'),
    headers: [],
    properties: {},
    timestampMs: null,
    from: null,
    ...message,
  },
})

describe('what goes on the wire', () => {
  it('goes to a queue by the default exchange, and is persistent unless it says otherwise', () => {
    expect(wireOf(to({}), 'guest')).toMatchObject({
      exchange: '',
      routingKey: 'q',
      fields: { deliveryMode: 2 },
    })
    expect(wireOf(to({ properties: { persistent: false } }), 'guest').fields.deliveryMode).toBe(1)
    const exchange = { ref: { type: 'exchange' as const, name: 'x' }, routingKey: 'k' }
    expect(wireOf(to({}, exchange), 'guest')).toMatchObject({ exchange: 'x', routingKey: 'k' })
  })

  it('restores the properties of a message read here, but a user id that is not ours', () => {
    const properties = {
      exchange: 'gone',
      redelivered: true,
      deliveryCount: 3,
      contentType: 'a/b',
      userId: 'other',
      messageId: { base64: Buffer.from([255]).toString('base64') },
      timestamp: '1700000000',
    }
    const { fields } = wireOf(to({ properties, from: 'rabbitmq' }), 'guest')
    expect(fields).toEqual({
      contentType: Buffer.from('a/b'),
      messageId: Buffer.from([255]),
      timestamp: 1_700_000_000n,
    })
  })

  it('keeps a key from another kind of broker, and its time', () => {
    const key = Buffer.from([1, 2])
    const { fields } = wireOf(to({ key, timestampMs: 5_500, from: 'kafka' }), 'guest')
    expect(fields.headers?.get('signalbox-key')).toEqual({ tag: 'x', value: key })
    expect(fields.timestamp).toBe(5n)
  })

  it.each([
    ['no body', to({ body: null })],
    ['a key by hand', to({ key: Buffer.from('k') })],
    ['a routing key for a queue', to({}, { ref: queue, routingKey: 'k' })],
    ['a partition', to({}, { ref: queue, partition: 1 })],
    ['an unknown property', to({ properties: { nonsense: 1 } })],
    ['an expiration that is no time', to({ properties: { expiration: 'soon' } })],
    ['a foreign user id', to({ properties: { userId: 'other' } })],
    ['a number out of range', to({ headers: [{ name: 'n', type: 'int8', value: '200' }] })],
    ['a long name', to({ headers: [{ name: 'n'.repeat(256), type: 'null', value: null }] })],
  ])('refuses %s', (_, outgoing) => {
    expect(() => wireOf(outgoing, 'guest')).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })
})

describe('a stream before 3.13', () => {
  it.each([
    ['table', { name: 'h', type: 'table', value: [] }],
    ['list', { name: 'h', type: 'list', value: [] }],
    ['decimal', { name: 'h', type: 'decimal', value: '1.5' }],
  ] as [string, Header][])('is not sent a %s', (_, header) => {
    expect(() => assertStreamHolds(tableOfHeaders([header]))).toThrow('cannot hold the header "h"')
  })

  it('is sent the rest', () => {
    expect(() => assertStreamHolds(new FieldTable([['h', { tag: 'V', value: null }]]))).not.toThrow()
    expect(() => assertStreamHolds(undefined)).not.toThrow()
  })
})
