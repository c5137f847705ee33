import { describe, expect, it } from 'vitest'
import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { Header } from '../../lib/schemas/header.ts'
import type { BrokerMessage } from '../../server/brokers/contract/index.ts'
import { readFailure } from '../../server/dead-letters/read-failure.ts'
import { amqpFailureHeaders, kafkaFailureHeaders, redisFailureFields, traceOf } from './dead-letter.ts'

class GatewayDownError extends Error {
  override readonly name = 'GatewayDownError'
}
const cause = new GatewayDownError('503')
const error = new Error('not tried: the circuit is open', { cause })

/** What the console makes of headers as this demo writes them. */
function read(kind: BrokerKind, headers: Readonly<Record<string, string | number>>) {
  const list = Object.entries(headers).map(
    ([name, value]): Header =>
      typeof value === 'number'
        ? { name, type: 'int32', value: String(value) }
        : { name, type: 'string', value },
  )
  const message = {
    body: Buffer.from('{}'),
    headers: list,
    properties: {},
    timestampMs: null,
  } as unknown as BrokerMessage
  const hints = kind === 'redis' ? { fields: { attempts: 'attempts' } } : {}
  return readFailure(kind, message, hints)?.failure
}

const root = { errorClass: 'GatewayDownError', message: '503', reason: 'exception' }

describe('what a worker writes, the console reads', () => {
  it('on RabbitMQ', () => {
    const headers = amqpFailureHeaders(error, { queue: 'payments', worker: 'payments', attempts: 4 })
    const failure = read('rabbitmq', headers)
    expect(failure).toMatchObject({
      ...root,
      attempts: 4,
      consumer: 'payments',
      origin: { destination: 'payments' },
    })
    expect(failure?.stack).toContain('dead-letter.test.ts')
    expect(failure?.lastAt).toBeDefined()
  })

  it('on Kafka', () => {
    const place = { topic: 'orders', partition: 3, offset: '9007199254740993', group: 'stock', attempts: 3 }
    const failure = read('kafka', kafkaFailureHeaders(error, place))
    expect(failure).toMatchObject({ ...root, attempts: 3, consumer: 'stock' })
    expect(failure?.origin).toEqual({ destination: 'orders', partition: 3, offset: '9007199254740993' })
  })

  it('on Redis', () => {
    const place = { stream: 'arrivals', id: '1795818128000-0', consumer: 'forklift-1', attempts: 3 }
    const fields = redisFailureFields(cause, place)
    const pairs = fields.flatMap((value, at) => (at % 2 === 0 ? [[value, fields[at + 1] ?? '']] : []))
    const failure = read('redis', Object.fromEntries(pairs))
    expect(failure).toMatchObject({ ...root, attempts: 3, consumer: 'forklift-1' })
    expect(failure?.origin).toMatchObject({ destination: 'arrivals', offset: '1795818128000-0' })
    expect(failure?.stack).toContain('dead-letter.test.ts')
  })
})

it('cuts a trace that would not fit into a frame', () => {
  expect(traceOf(new Error('x'.repeat(100_000))).length).toBe(8_000)
})
