/**
 * The one error a driver throws. `partial` never leaves a driver as a throw: partial failure is a
 * `Problem` beside the part that could be read.
 */
export type BrokerErrorCode =
  | 'unreachable'
  | 'auth_failed'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'unsupported'
  | 'bad_request'
  | 'too_large'
  | 'timeout'
  | 'throttled'
  | 'protocol'
  | 'partial'

export class BrokerError extends Error {
  readonly code: BrokerErrorCode
  /** Machine-readable, sent to the client: never put a secret here. */
  readonly detail: Record<string, unknown> | undefined

  constructor(
    code: BrokerErrorCode,
    message: string,
    options?: { cause?: unknown; detail?: Record<string, unknown> },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'BrokerError'
    this.code = code
    this.detail = options?.detail
  }
}

/** Worth another try without a person changing anything. */
export function isRetryable(error: unknown): boolean {
  return error instanceof BrokerError && ['unreachable', 'timeout', 'throttled'].includes(error.code)
}
