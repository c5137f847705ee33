import { BrokerError, type BrokerErrorCode } from '../contract/index.ts'

/** First word of a Redis error reply (or a phrase of ioredis or Node) and what it means here. */
const meanings: readonly (readonly [RegExp, BrokerErrorCode])[] = [
  [
    /^(NOAUTH|WRONGPASS)\b|invalid password|invalid username-password|called without any password/i,
    'auth_failed',
  ],
  [/^NOPERM\b/, 'forbidden'],
  [/^READONLY\b/, 'forbidden'],
  [/^NOGROUP\b|no such key/i, 'not_found'],
  [/^WRONGTYPE\b/, 'conflict'],
  [/^(OOM|BUSY)\b/, 'throttled'],
  // The same cause in the server's words and in the client's.
  [/^CROSSSLOT\b|should belong to the same slots allocation group/, 'unsupported'],
  [/unknown (sub)?command/i, 'unsupported'],
  [/^(LOADING|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|MOVED|ASK)\b/, 'unreachable'],
  [/^MISCONF\b/, 'conflict'],
  [/DB index is out of range/i, 'not_found'],
  [/ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|certificate|SSL|TLS/i, 'unreachable'],
  [
    /Connection is closed|Socket closed|isn't writeable|Reached the max retries|Socket timeout/i,
    'unreachable',
  ],
  [/max number of clients reached/i, 'throttled'],
]

/**
 * A driver error in the server's own words. The client's error object stays out of it: an ioredis reply error
 * carries the command with its arguments, for AUTH the password.
 */
export function toBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  const message = wordsOf(error)
  const code = meanings.find(([pattern]) => pattern.test(message))?.[1] ?? 'protocol'
  return new BrokerError(code, message)
}

/** Did the command certainly not run? Then sending it again cannot double it. */
export function isRedirect(reply: unknown): boolean {
  return reply instanceof Error && /^(MOVED|ASK|TRYAGAIN) /.test(reply.message)
}

/** The connection went: whether the command ran is not known. */
export function isLoss(error: BrokerError): boolean {
  return (
    error.code === 'timeout' ||
    (error.code === 'unreachable' && !/^[A-Z]+ |isn't writeable/.test(error.message))
  )
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const words = (error.message || code || error.name).replace(/,? with args beginning with.*$/s, '')
  return code && !words.includes(code) ? `${words} (${code})` : words
}
