import { expect, it } from 'vitest'
import { BrokerError } from './errors.ts'
import { explain, ownWords } from './explain.ts'

it.each([
  ['connect ECONNREFUSED 127.0.0.1:1', /Nothing listens/, /port/],
  ['getaddrinfo ENOTFOUND rabbit.internal', /not known/, /spelling/],
  ['getaddrinfo EAI_AGAIN rabbit', /name server/, /name server/],
  ['connect ETIMEDOUT 10.0.0.1:5672', /No answer/, /firewall/],
  ['The broker did not answer in time', /No answer/, /firewall/],
  ['connect EHOSTUNREACH 10.0.0.1:5672', /no way/, /VPN/],
  ['self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)', /trusts/, /certificate authority/],
  [
    'self-signed certificate in certificate chain (SELF_SIGNED_CERT_IN_CHAIN)',
    /trusts/,
    /certificate authority/,
  ],
  [
    'unable to verify the first certificate (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    /trusts/,
    /certificate authority/,
  ],
  ['certificate has expired (CERT_HAS_EXPIRED)', /expired/, /Renew/],
  [
    "Hostname/IP does not match certificate's altnames (ERR_TLS_CERT_ALTNAME_INVALID)",
    /another name/,
    /name/,
  ],
  ['write EPROTO 0A00010B:SSL routines::wrong version number', /does not speak TLS/, /Turn TLS off/],
  [
    'tlsv13 alert certificate required (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)',
    /wants a certificate/,
    /client certificate/,
  ],
  ['error:0480006C:PEM routines::no start line', /cannot be used/, /PEM/],
  ['Cannot read /nowhere/ca.pem (ENOENT)', /cannot be read/, /path/],
  ['read ECONNRESET', /closed/, /listener/],
  ['Closed connection', /closed/, /listener/],
  ['something nobody foresaw', /error/, /log/],
])('%s', (words, sentence, fix) => {
  const told = explain(words)
  expect(told.sentence).toMatch(sentence)
  expect(told.fix).toMatch(fix)
})

it('a kind’s own rules come first', () => {
  expect(explain('closed', [[/closed/, 'own', 'own fix']])).toEqual({ sentence: 'own', fix: 'own fix' })
})

it('the innermost words are the other side’s own, on one line', () => {
  const cause = Object.assign(new Error('Handshake terminated by server: 403\n    at somewhere'), {
    code: 'E403',
  })
  const error = new BrokerError('auth_failed', 'RabbitMQ refused this user', { cause })
  expect(ownWords(error)).toBe('Handshake terminated by server: 403 (E403)')
  expect(ownWords(new BrokerError('forbidden', 'NOPERM this user'))).toBe('NOPERM this user')
  expect(ownWords('plain')).toBe('plain')
})
