import { expect, test } from 'vitest'
import { sayCloseEffect } from './connection-effect.ts'
import { mapConnection } from './connection-map.ts'
import type { Json } from './management.ts'

const nowMs = Date.parse('2026-01-31T10:00:00Z')
const context = {
  nowMs,
  instance: 'ours',
  kinds: new Map([
    ['/\0payments', 'quorum'],
    ['/\0log', 'stream'],
  ]),
}
const item = (more: Json = {}): Json => ({
  name: '10.0.0.7:5 -> 10.0.0.1:5672',
  connected_at: nowMs - 60_000,
  peer_host: '10.0.0.7',
  peer_port: 5,
  user: 'shop',
  ssl: true,
  protocol: 'AMQP 0-9-1',
  state: 'blocked',
  channels: 1,
  client_properties: { connection_name: 'worker', product: 'amqplib', version: '2.3.1' },
  ...more,
})
const channel = (number: number, unacked: number | undefined, more: Json = {}): Json => ({
  name: `10.0.0.7:5 -> 10.0.0.1:5672 (${number})`,
  ...(unacked === undefined ? {} : { messages_unacknowledged: unacked }),
  ...more,
})
const consumer = (queue: string, number: number, more: Json = {}): Json => ({
  consumer_tag: `tag ${queue}`,
  queue: { name: queue, vhost: '/' },
  prefetch_count: 10,
  ack_required: true,
  channel_details: { name: `10.0.0.7:5 -> 10.0.0.1:5672 (${number})` },
  ...more,
})

test('who it is, since when, and what it holds', () => {
  const idle = { idle_since: '2026-01-31T09:59:30.000+00:00' }
  const found = mapConnection(
    { item: item(), channels: [channel(1, 40, idle)], consumers: [consumer('payments', 1)] },
    context,
  )
  expect(found).toMatchObject({
    client: 'worker',
    library: 'amqplib 2.3.1',
    user: 'shop',
    host: '10.0.0.7:5',
    tls: true,
    state: 'blocked',
    since: '2026-01-31T09:59:00.000Z',
    isOwn: false,
    readings: {
      unacked: { state: 'ok', value: 40, quality: 'approximate' },
      idle: { value: 30, unit: 'seconds' },
      oldestUnacked: { state: 'unsupported' },
    },
    consumers: [{ prefetch: 10, destination: { name: 'payments' }, unacked: { value: 40 } }],
  })
  expect(found.closeEffect).toBe(
    'Its 40 unacknowledged messages go back to payments (redelivered) and its consumer ends; a client that reconnects by itself will be back. Queues exclusive to it are deleted.',
  )
})

test('a consumer that shares its channel has no count of its own; no limit is null', () => {
  const consumers = [consumer('payments', 1), consumer('log', 1, { prefetch_count: 0, ack_required: false })]
  const found = mapConnection({ item: item(), channels: [channel(1, 7)], consumers }, context)
  expect(found.consumers[0]?.unacked).toMatchObject({ state: 'unavailable' })
  expect(found.consumers[1]).toMatchObject({ prefetch: null, unacked: { state: 'unsupported' } })
  expect(found.consumers.map(({ destination }) => destination.id)).not.toContain(undefined)
})

test('what is not told is unknown, never 0', () => {
  const unlisted = mapConnection({ item: item(), channels: null, consumers: [] }, context)
  expect(unlisted.readings.unacked).toMatchObject({ state: 'unavailable' })
  expect(unlisted.closeEffect).toMatch(/^What it holds unacknowledged goes back/)
  const uncounted = [channel(1, 3), channel(2, undefined)]
  const found = mapConnection({ item: item(), channels: uncounted, consumers: [] }, context)
  expect(found.readings.unacked).toMatchObject({ state: 'unavailable' })
  expect(found.readings.idle).toBeUndefined()
})

test('our own is marked and has no effect to offer', () => {
  const properties = { connection_name: 'signalbox shop read', signalbox_instance: 'ours' }
  const own = mapConnection(
    { item: item({ client_properties: properties }), channels: [], consumers: [] },
    context,
  )
  expect(own.isOwn).toBe(true)
  expect(own.closeEffect).toBeUndefined()
})

test('what closing does, by what it holds', () => {
  const queue = { name: 'payments', isStream: false }
  const stream = { name: 'log', isStream: true }
  const say = (unacked: number | null, consumers: number, queues = [queue]) =>
    sayCloseEffect({ unacked, consumers, queues }).split(';')[0]
  expect(say(1, 2)).toBe(
    'Its 1 unacknowledged message goes back to payments (redelivered) and its 2 consumers end',
  )
  expect(say(5, 2, [queue, { name: 'billing', isStream: false }])).toMatch(/go back to their queues/)
  expect(say(0, 0, [])).toBe('It holds no messages and consumes nothing')
  expect(say(0, 1)).toBe('Its consumer ends')
  expect(say(9, 1, [stream])).toMatch(/^A stream takes nothing back/)
})
