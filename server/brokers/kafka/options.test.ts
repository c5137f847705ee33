import { describe, expect, it } from 'vitest'
import { kafkaOptionsSchema, parseEndpoint } from './options.ts'

describe('options', () => {
  it('takes addresses, TLS and sign-in', () => {
    const options = {
      bootstrap: ['a.example:9092', '[::1]:9093'],
      tls: { caFile: 'ca.pem' },
      sasl: { mechanism: 'scram-sha-256', username: 'u', password: 'p' },
    }
    expect(kafkaOptionsSchema.parse(options)).toEqual(options)
    expect(parseEndpoint('[::1]:9093')).toEqual({ host: '::1', port: 9093 })
    expect(parseEndpoint('a.example:9092')).toEqual({ host: 'a.example', port: 9092 })
  })

  it.each([
    { bootstrap: [] },
    { bootstrap: ['localhost'] },
    { bootstrap: ['kafka://a:1'] },
    { bootstrap: ['a:70000'] },
    { bootstrap: ['a:1'], sasl: { mechanism: 'gssapi', username: 'u', password: 'p' } },
    { bootstrap: ['a:1'], unknown: true },
  ])('refuses %j', (options) => {
    expect(kafkaOptionsSchema.safeParse(options).success).toBe(false)
  })
})
