import type { ErrorBody } from '../schemas/problem.ts'

/** A refused or failed call, with the server's own words. */
export class CallError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: unknown
  readonly requestId: string | null

  constructor(status: number, code: string, message: string, detail?: unknown, requestId?: string) {
    super(message)
    this.name = 'CallError'
    this.status = status
    this.code = code
    this.detail = detail
    this.requestId = requestId ?? null
  }
}

type Query = Record<string, string | number | boolean | null | undefined>
interface Options {
  method?: 'GET' | 'POST' | 'DELETE'
  query?: Query
  body?: unknown
  signal?: AbortSignal | undefined
}

/** The console's calls: same origin, cookie session. Path segments must be encoded by the caller (see `at`). */
export async function call<T>(
  path: string,
  { method = 'GET', query, body, signal }: Options = {},
): Promise<T> {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  let response: Response
  try {
    response = await fetch(`/api/v1${path}${text ? `?${text}` : ''}`, {
      method,
      signal: signal ?? null,
      credentials: 'same-origin',
      ...(method === 'GET'
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new CallError(0, 'offline', 'Signalbox itself does not answer. Is its process still running?')
  }
  if (response.ok) return response.status === 204 ? (undefined as T) : ((await response.json()) as T)
  throw await errorOf(response)
}

async function errorOf(response: Response): Promise<CallError> {
  try {
    const { error } = (await response.json()) as ErrorBody
    return new CallError(response.status, error.code, error.message, error.detail, error.requestId)
  } catch {
    return new CallError(
      response.status,
      'internal',
      `The server answered ${response.status} without a reason`,
    )
  }
}

/** A path from encoded segments: at('brokers', id, 'groups'). */
export function at(...segments: string[]): string {
  return `/${segments.map(encodeURIComponent).join('/')}`
}

/** What to say about an error that is not a CallError either. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something failed without saying why'
}

export function isForbidden(error: unknown): boolean {
  return error instanceof CallError && error.status === 403
}
