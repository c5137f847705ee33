import { describe, expect, it } from 'vitest'
import { BrokerError } from '../contract/index.ts'
import { connectFailure, describeCode, errorOfCode, isStale } from './errors.ts'
import { asBrokerError } from './kafkajs-client.ts'

describe('errors', () => {
  it.each([
    [3, 'not_found'],
    [6, 'unreachable'],
    [10, 'too_large'],
    [29, 'forbidden'],
    [58, 'auth_failed'],
    [35, 'unsupported'],
    [9_999, 'protocol'],
  ])('code %i is %s', (code, kind) => {
    const error = errorOfCode(code, 'topic t')
    expect(error.code).toBe(kind)
    expect(error.message).toMatch(/^topic t: /)
  })

  it('uses the broker’s own words first', () => {
    expect(describeCode(29, 'because')).toBe('TOPIC_AUTHORIZATION_FAILED: because')
    expect(describeCode(29)).toMatch(/^TOPIC_AUTHORIZATION_FAILED: ./)
    expect([5, 6, 15].every(isStale)).toBe(true)
    expect([0, 3, 29].some(isStale)).toBe(false)
  })

  it('says what a person can do about a connection', () => {
    expect(connectFailure('a:1', new Error('self-signed certificate'), true).message).toContain('tls.caFile')
    expect(connectFailure('a:1', Object.assign(new Error('x'), { code: 'EPROTO' }), true).message).toContain(
      'TLS',
    )
    const own = new BrokerError('bad_request', 'mine')
    expect(connectFailure('a:1', own, false)).toBe(own)
  })

  it('reads the errors of the administration client', () => {
    const refused = { name: 'KafkaJSProtocolError', code: 29, message: 'Not authorized' }
    expect(asBrokerError(refused).code).toBe('forbidden')
    expect(asBrokerError({ name: 'KafkaJSAggregateError', errors: [refused] }).code).toBe('forbidden')
    expect(asBrokerError({ name: 'KafkaJSSASLAuthenticationError', message: 'no' }).code).toBe('auth_failed')
    expect(asBrokerError({ name: 'KafkaJSConnectionError', message: 'no' }).code).toBe('unreachable')
    expect(asBrokerError('odd').code).toBe('protocol')
  })
})
