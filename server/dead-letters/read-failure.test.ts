import { describe, expect, it } from 'vitest'
import type { Header } from '../../lib/schemas/header.ts'
import { failureSchema } from '../../lib/schemas/message.ts'
import { readFailure } from './read-failure.ts'
import { brokerCases } from './testing/broker-cases.ts'
import { frameworkCases } from './testing/framework-cases.ts'
import { headers, message } from './testing/messages.ts'

const easynetq = JSON.stringify({
  RoutingKey: 'order.new',
  Exchange: 'shop',
  Queue: 'orders',
  Exception: 'System.AggregateException: outer ---> Shop.Oops: boom\n   at A.B()',
  Message: '{"id":9007199254740993}',
  DateTime: '2024-01-02T03:04:05.1234567Z',
  BasicProperties: { ContentType: 'application/json', DeliveryMode: 2, Headers: { tenant: 'a', n: 3 } },
})

describe('readFailure', () => {
  it.each([...brokerCases, ...frameworkCases])(
    '$name',
    ({ kind = 'rabbitmq', message: given, hints, expected, evidence, strips, absent }) => {
      const reading = readFailure(kind, given, hints)
      if (expected === null) return expect(reading).toBeNull()
      expect(reading?.failure).toMatchObject(expected)
      expect(failureSchema.safeParse(reading?.failure).error).toBeUndefined()
      const shown = reading?.failure.evidence.map((item) => `${item.field} < ${item.header}`) ?? []
      for (const path of absent ?? []) expect(reading?.failure).not.toHaveProperty(path)
      for (const item of evidence ?? []) expect(shown).toContain(item)
      if (strips) expect(reading?.failureHeaders).toEqual(strips)
      for (const field of [
        'errorClass',
        'message',
        'stack',
        'attempts',
        'reason',
        'firstAt',
        'lastAt',
      ] as const)
        if (reading?.failure[field] !== undefined && reading.failure[field] !== 'unknown')
          expect(shown.some((item) => item.startsWith(field))).toBe(true)
    },
  )

  it('keeps the namespace of the known origin apart', () => {
    const hints = { origins: [{ type: 'queue', name: 'orders', namespace: 'shop' }] } as const
    const reading = readFailure('rabbitmq', message(headers({ 'x-exception-message': 'x' })), hints)
    expect(reading?.origin).toEqual({ destination: 'orders', namespace: 'shop' })
    expect(reading?.failure.origin).toEqual({ destination: 'orders' })
  })

  it('unwraps an EasyNetQ error to the message that failed', () => {
    const reading = readFailure('rabbitmq', message([], { body: easynetq }))
    expect(reading?.failure).toMatchObject({
      reader: 'easynetq',
      errorClass: 'Shop.Oops',
      message: 'boom',
      lastAt: '2024-01-02T03:04:05.123Z',
      origin: { destination: 'orders', exchange: 'shop', routingKey: 'order.new' },
    })
    expect(Buffer.from(reading?.unwrapped?.body ?? []).toString()).toBe('{"id":9007199254740993}')
    expect(reading?.unwrapped?.properties).toEqual({ contentType: 'application/json', deliveryMode: 2 })
    expect(reading?.unwrapped?.headers).toEqual(headers({ tenant: 'a', n: 3 }))
  })

  it('leaves a Redis entry that looks like an envelope whole', () => {
    expect(readFailure('redis', message([], { body: easynetq }))).toBeNull()
  })

  it('unwraps a Sneakers record to its payload, byte for byte', () => {
    const payload = Buffer.from([0, 255, 1, 2])
    const body = JSON.stringify({
      error: 'reject',
      num_attempts: 2,
      failed_at: '2024-01-02T03:04:05+01:00',
      payload: `${payload.toString('base64')}\n`,
      error_class: 'RuntimeError',
      error_message: 'boom',
      backtrace: ['a.rb:1'],
    })
    const own: Header[] = headers({ tenant: 'a' })
    const reading = readFailure('rabbitmq', message(own, { body }))
    expect(reading?.failure).toMatchObject({
      reader: 'sneakers',
      errorClass: 'RuntimeError',
      attempts: 2,
      stack: 'a.rb:1',
      lastAt: '2024-01-02T02:04:05.000Z',
    })
    expect(Buffer.from(reading?.unwrapped?.body ?? []).equals(payload)).toBe(true)
    expect(reading?.unwrapped?.headers).toEqual(own)
  })
})
