import { describe, expect, it } from 'vitest'
import { addressOf, parseEndpoint, rabbitmqOptionsSchema, vhostOf } from './options.ts'

describe('options', () => {
  it.each([
    [{ amqp: 'amqp://u:p@host/shop' }, true],
    [{ management: 'https://host' }, true],
    [{}, false],
    [{ amqp: 'http://host' }, false],
    [{ amqp: 'amqp://u:%zz@host' }, false],
    [{ amqp: 'amqp://host', vhost: 'x' }, false],
  ])('%o is taken: %s', (options, expected) => {
    expect(rabbitmqOptionsSchema.safeParse(options).success).toBe(expected)
  })

  it('are percent-decoded, with the defaults every client has', () => {
    expect(parseEndpoint('amqps://us%40er:p%2Fw@[::1]/a%2Fb', [5672, 5671])).toEqual({
      secure: true,
      host: '::1',
      port: 5671,
      username: 'us@er',
      password: 'p/w',
      path: 'a/b',
    })
    expect(parseEndpoint('amqp://host', [5672, 5671])).toMatchObject({
      username: 'guest',
      port: 5672,
      path: null,
    })
  })

  it('limit to a vhost only where the path names one', () => {
    expect(vhostOf({ amqp: 'amqp://host' })).toBeNull()
    expect(vhostOf({ amqp: 'amqp://host/%2F' })).toBe('/')
    expect(vhostOf({ management: 'http://host/prefix' })).toBeNull()
  })

  it('are shown without secrets', () => {
    expect(addressOf({ amqp: 'amqp://u:secret@host:1234/v' })).toBe('host:1234')
    expect(addressOf({ management: 'http://u:secret@[::1]' })).toBe('[::1]:80')
  })
})
