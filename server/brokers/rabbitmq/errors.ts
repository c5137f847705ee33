import { BrokerError, type BrokerErrorCode } from '../contract/index.ts'

const amqpCodes: Record<number, BrokerErrorCode> = {
  311: 'too_large',
  312: 'not_found',
  320: 'unreachable',
  403: 'forbidden',
  404: 'not_found',
  405: 'conflict',
  406: 'conflict',
  504: 'unreachable',
  530: 'not_found',
}

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNABORTED',
])

/** What amqplib threw, as a BrokerError in the broker's own words. */
export function mapAmqpError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  const text = messageOf(error)
  const code = codeOf(error)
  if (typeof code === 'string' && socketCodes.has(code)) {
    return new BrokerError('unreachable', `RabbitMQ cannot be reached: ${text}`, { cause: error })
  }
  const tls = tlsFailure(error)
  if (tls !== null)
    return new BrokerError('unreachable', `TLS with RabbitMQ failed: ${tls}`, { cause: error })
  const words = /with message "(.*)"$/s.exec(text)?.[1] ?? text
  if (/ACCESS_REFUSED - Login was refused|\b403 \(ACCESS[-_]REFUSED\).*(Handshake|login)/i.test(text)) {
    return new BrokerError('auth_failed', 'RabbitMQ refused this user name and password', { cause: error })
  }
  if (/Handshake terminated by server: 403/.test(text)) {
    return new BrokerError('auth_failed', words, { cause: error })
  }
  // amqplib drops the reason the broker gave here; it is one of two.
  if (/Expected ConnectionOpenOk; got <ConnectionClose/.test(text)) {
    return new BrokerError('not_found', 'The vhost does not exist, or this user may not enter it', {
      cause: error,
    })
  }
  const number = typeof code === 'number' ? code : Number(/\b(3\d\d|4\d\d|5\d\d) \(/.exec(text)?.[1])
  const mapped = number === 530 && /refused for user/.test(text) ? 'forbidden' : amqpCodes[number]
  if (mapped) return new BrokerError(mapped, words, { cause: error })
  if (isLoss(text)) {
    return new BrokerError('unreachable', `The connection to RabbitMQ was lost: ${text}`, { cause: error })
  }
  return new BrokerError('protocol', words, { cause: error })
}

function isLoss(text: string): boolean {
  return /closed|closing|ended|Unexpected close|Heartbeat|abruptly|socket hang up|ETIMEDOUT|disconnected before secure TLS/i.test(
    text,
  )
}

/** A failed management request (no answer at all), as a BrokerError. */
export function mapHttpError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  const tls = tlsFailure(error)
  const words = tls === null ? `cannot be reached: ${messageOf(error)}` : `refuses TLS: ${tls}`
  return new BrokerError('unreachable', `The management API ${words}`, { cause: error })
}

/** What went wrong between the two ends of TLS, with what a person can set; null when it was something else. */
export function tlsFailure(error: unknown): string | null {
  const [code, text] = [codeOf(error), messageOf(error)]
  const known = `${typeof code === 'string' ? code : ''} ${text}`
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(known))
    return `${text} (set tls.caFile to the certificate authority of this broker)`
  if (
    /certificate required|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|(BAD|UNKNOWN)_(CERTIFICATE|CA)\b/.test(known)
  )
    return `${text} (it asks for a client certificate it trusts: set tls.certFile and tls.keyFile)`
  if (/wrong version number|WRONG_VERSION|disconnected before secure TLS|packet length too long/.test(known))
    return `${text} (does this port speak TLS?)`
  return typeof code === 'string' && /CERT|TLS|SSL/.test(code) ? text : null
}

/** A management answer that is not 2xx: status and the reason RabbitMQ gave. */
export function mapHttpStatus(status: number, body: string, path: string): BrokerError {
  const words = reasonOf(body) ?? `the management API answered ${status}`
  const detail = { status, path: path.split('?')[0] ?? path }
  if (status === 401) {
    return /not_authori[sz]ed/i.test(body) && !/login failed/i.test(body)
      ? new BrokerError('forbidden', words, { detail })
      : new BrokerError('auth_failed', words, { detail })
  }
  const code: BrokerErrorCode =
    status === 403
      ? 'forbidden'
      : status === 404
        ? 'not_found'
        : status === 400
          ? 'conflict'
          : status === 429
            ? 'throttled'
            : status >= 502 && status <= 504
              ? 'unreachable'
              : 'protocol'
  return new BrokerError(code, words, { detail })
}

function reasonOf(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed !== 'object' || parsed === null) return null
    const reason: unknown = Reflect.get(parsed, 'reason') ?? Reflect.get(parsed, 'error')
    return typeof reason === 'string' ? reason : null
  } catch {
    return null
  }
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

function codeOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
}

/** A look or claim that could lose messages: refused before it starts. */
export function wouldDestroy(message: string, detail: Record<string, unknown> = {}): BrokerError {
  return new BrokerError('conflict', message, { detail: { reason: 'would-destroy', ...detail } })
}
