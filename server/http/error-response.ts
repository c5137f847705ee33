import { publicErrorOf } from '../../lib/api/errors.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import type { ErrorBody, ErrorCode } from '../../lib/schemas/problem.ts'
import type { Log } from '../log/contract.ts'
import { apiHeaders } from './headers.ts'

interface Thrown {
  readonly code: string
  readonly message: string
  readonly detail: Record<string, unknown> | undefined
}

/**
 * Told by name and code, not by `instanceof`: the runtime's modules and a route's are separate instances,
 * so a driver's error is never an instance of the class this file could import.
 */
function readThrown(error: unknown): Thrown | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  if (error.name !== 'BrokerError' && error.name !== 'AppError') return null
  const detail = 'detail' in error ? error.detail : undefined
  return {
    code: error.code,
    message: error.message,
    detail: typeof detail === 'object' && detail !== null ? { ...detail } : undefined,
  }
}

/** The body of an error answer; what we did not foresee says nothing of itself but the request id to look for. */
export function describeError(
  error: unknown,
  requestId: string,
  log: Log | null,
): { readonly body: ErrorBody; readonly status: number } {
  const thrown = readThrown(error)
  const { code, status } = publicErrorOf(thrown?.code ?? 'internal')
  if (code === 'internal') log?.error('request failed', { requestId, error: textOf(error) })
  const message = thrown?.message ?? `Something went wrong here; the log has it under ${requestId}`
  const detail = thrown?.detail
  return {
    status,
    body: { error: detail ? { code, message, detail, requestId } : { code, message, requestId } },
  }
}

export function errorResponse(error: unknown, requestId: string, log: Log | null, status?: number): Response {
  const described = describeError(error, requestId, log)
  return Response.json(described.body, { status: status ?? described.status, headers: apiHeaders(requestId) })
}

/** An error whose status differs from its code's own (405 and 415 are `bad_request`). */
export class StatusError extends AppError {
  readonly status: number

  constructor(status: number, code: ErrorCode, message: string) {
    super(code, message)
    this.status = status
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${textOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
