import type { ErrorCode } from '../schemas/problem.ts'

/** What our own code throws when a request cannot be served as asked; `detail` goes to the client, never a secret. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly detail: Record<string, unknown> | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options?: { readonly cause?: unknown; readonly detail?: Record<string, unknown> },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.detail = options?.detail
  }
}
