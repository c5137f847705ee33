import type { ErrorCode } from '../schemas/problem.ts'

/** What a driver's error is called towards the client, and with which status: the one table. */
export interface PublicError {
  readonly code: ErrorCode
  readonly status: number
}

export const statusByCode = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  throttled: 429,
  internal: 500,
  unsupported: 501,
  broker_auth_failed: 502,
  broker_unreachable: 503,
  timeout: 504,
} as const satisfies Record<ErrorCode, number>

/** A driver's own codes; `partial` never leaves a driver as a throw, so it is our fault when it does. */
const codeByBrokerCode: Readonly<Record<string, ErrorCode>> = {
  unreachable: 'broker_unreachable',
  auth_failed: 'broker_auth_failed',
  protocol: 'internal',
  partial: 'internal',
}

/** The public code and status of a `BrokerError` or `AppError` code; anything unknown is `internal`. */
export function publicErrorOf(code: string): PublicError {
  const own = codeByBrokerCode[code] ?? (code in statusByCode ? (code as ErrorCode) : 'internal')
  return { code: own, status: statusByCode[own] }
}
