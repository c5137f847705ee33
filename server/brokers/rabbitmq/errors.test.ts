import { describe, expect, it } from 'vitest'
import { mapAmqpError, mapHttpError, mapHttpStatus } from './errors.ts'

const withCode = (message: string, code: unknown) => Object.assign(new Error(message), { code })

describe('errors of AMQP', () => {
  it.each([
    [withCode('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'), 'unreachable'],
    [withCode('getaddrinfo ENOTFOUND x', 'ENOTFOUND'), 'unreachable'],
    [withCode('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'unreachable'],
    [withCode('wrong version number', 'ERR_SSL_WRONG_VERSION_NUMBER'), 'unreachable'],
    [
      new Error(
        'Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN"',
      ),
      'auth_failed',
    ],
    [new Error('Expected ConnectionOpenOk; got <ConnectionClose channel:0>'), 'not_found'],
    [
      withCode(
        'Operation failed: BasicConsume; 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - access to queue \'q\' refused"',
        403,
      ),
      'forbidden',
    ],
    [
      withCode('Operation failed: QueueDeclare; 404 (NOT-FOUND) with message "NOT_FOUND - no queue"', 404),
      'not_found',
    ],
    [
      withCode('Operation failed: BasicConsume; 405 (RESOURCE-LOCKED) with message "RESOURCE_LOCKED"', 405),
      'conflict',
    ],
    [withCode('Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "x"', 406), 'conflict'],
    [withCode('Connection closed: 320 (CONNECTION-FORCED) with message "bye"', 320), 'unreachable'],
    [new Error('Channel closed'), 'unreachable'],
    [new Error('Unexpected close'), 'unreachable'],
    [new AggregateError([withCode('connect ECONNREFUSED ::1:1', 'ECONNREFUSED')]), 'unreachable'],
    [new Error('something new'), 'protocol'],
  ])('%s is %s', (error, code) => {
    expect(mapAmqpError(error).code).toBe(code)
  })

  it('keeps the broker’s own words', () => {
    const error = withCode(
      'Operation failed: X; 404 (NOT-FOUND) with message "NOT_FOUND - no queue \'q\'"',
      404,
    )
    expect(mapAmqpError(error).message).toBe("NOT_FOUND - no queue 'q'")
  })
})

describe('TLS that fails', () => {
  it.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate', /tls\.caFile/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', /tls\.caFile/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tlsv13 alert certificate required', /tls\.certFile/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number', /speak TLS/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', "IP does not match certificate's altnames", /altnames/],
  ])('%s says what to set, on both ways', (code, text, hint) => {
    for (const map of [mapAmqpError, mapHttpError]) {
      const error = map(withCode(text, code))
      expect(error.code).toBe('unreachable')
      expect(error.message).toMatch(hint)
      expect(error.message).toContain(text)
    }
  })
})

describe('answers of the management API', () => {
  it.each([
    [401, '{"error":"not_authorised","reason":"Login failed"}', 'auth_failed'],
    [401, '{"error":"not_authorised","reason":"User not authorised to access virtual host"}', 'forbidden'],
    [403, '', 'forbidden'],
    [404, '{"error":"Object Not Found","reason":"Not Found"}', 'not_found'],
    [429, '', 'throttled'],
    [503, 'no', 'unreachable'],
    [500, '{', 'protocol'],
  ])('%d %s is %s', (status, text, code) => {
    const error = mapHttpStatus(status, text, '/queues?secret=1')
    expect(error.code).toBe(code)
    expect(error.detail).toEqual({ status, path: '/queues' })
  })
})
