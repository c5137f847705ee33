/** What happened in a sentence, and what to do about it in another. */
export interface Explanation {
  readonly sentence: string
  readonly fix: string
}

/** Words of a broker, a socket or OpenSSL, and what they mean; the first that fits counts. */
export type ExplainRule = readonly [words: RegExp, sentence: string, fix: string]

const networkRules: readonly ExplainRule[] = [
  [
    /ENOTFOUND|EAI_NONAME/,
    'This name is not known',
    'Check the spelling. The name must be known to the machine Signalbox runs on.',
  ],
  [
    /EAI_AGAIN/,
    'The name server did not answer',
    'Try again, or check the name server of the machine Signalbox runs on.',
  ],
  [
    /ECONNREFUSED/,
    'Nothing listens on this port',
    'Check the port, and that the broker runs and listens on this address and not only on its own loopback.',
  ],
  [
    /ETIMEDOUT|no answer within|did not answer in time/i,
    'No answer came in time',
    'A firewall often drops such packets silently: check that this port is open from the machine Signalbox runs on.',
  ],
  [
    /EHOSTUNREACH|ENETUNREACH/,
    'There is no way to this address',
    'Check the address, and the network or VPN of the machine Signalbox runs on.',
  ],
  [/EACCES|EPERM/, 'This machine forbids the connection', 'Check its firewall or sandbox rules.'],
  [
    /CERT_HAS_EXPIRED|certificate has expired/i,
    'The certificate of the broker has expired',
    'Renew it on the broker: every client that checks it is refused as well.',
  ],
  [
    /CERT_NOT_YET_VALID|not yet valid/i,
    'The certificate of the broker is not valid yet',
    'Compare the clocks of both machines.',
  ],
  [
    /SELF_SIGNED|self.signed|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|unable to (verify|get)/i,
    'Nobody this machine trusts has signed the certificate',
    'Name the certificate authority of this broker (a PEM file; for a self-signed certificate the certificate itself).',
  ],
  [
    /ALTNAME_INVALID|does not match certificate|IP: .* is not in the cert/i,
    'The certificate was made for another name',
    'Use a name that stands in the certificate, or have it made again with this one.',
  ],
  [
    /CERTIFICATE_REQUIRED|certificate required|HANDSHAKE_FAILURE|bad certificate|alert number (40|42|116)/i,
    'The broker wants a certificate from us',
    'Give the client certificate and its key (under Advanced).',
  ],
  [
    /wrong version number|WRONG_VERSION_NUMBER|packet length too long|EPROTO/i,
    'This port does not speak TLS',
    'Turn TLS off, or use the port on which the broker speaks TLS.',
  ],
  [
    /Cannot read /,
    'A file named for TLS cannot be read',
    'Give a path on the machine Signalbox runs on that it may read.',
  ],
  [
    /\bPEM\b|no start line|ASN1|asn1|KEY_VALUES_MISMATCH|key values mismatch/i,
    'A file named for TLS cannot be used',
    'It must be PEM text, the key without a passphrase and belonging to the certificate.',
  ],
  [
    /ECONNRESET|socket hang up|closed|closing|disconnected|lost|EPIPE/i,
    'The connection was closed at the other end without a word',
    'That is how a listener answers what it does not expect: check that this port speaks this protocol, and TLS and sign-in as this listener wants them.',
  ],
]

/** Own words explained; a kind's own rules come first. */
export function explain(words: string, rules: readonly ExplainRule[] = []): Explanation {
  const rule = [...rules, ...networkRules].find(([pattern]) => pattern.test(words))
  if (rule) return { sentence: rule[1], fix: rule[2] }
  return {
    sentence: 'The broker answered with an error',
    fix: 'Its own words say more; so may its log at this time.',
  }
}

/**
 * The innermost words of an error: a driver's sentence is ours, its cause is what the other side said. One line,
 * without a stack.
 */
export function ownWords(error: unknown): string {
  let inner = error
  for (let depth = 0; depth < 5 && inner instanceof Error && inner.cause instanceof Error; depth += 1)
    inner = inner.cause
  if (!(inner instanceof Error)) return String(inner).slice(0, 500)
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : ''
  const isOurs = inner.name === 'BrokerError'
  const text = (inner.message || code || inner.name).replace(/\s*\n[\s\S]*$/, '')
  return (code !== '' && !isOurs && !text.includes(code) ? `${text} (${code})` : text).slice(0, 500)
}
