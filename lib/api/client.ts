import type { z } from 'zod'
import type { ErrorBody, ErrorCode } from '../schemas/problem.ts'
import type { Operations } from './operations.ts'
import { fillPath, type OperationName, routes } from './routes.ts'

type Op<N extends OperationName> = Operations[N]
type Empty<T> = keyof T extends never ? true : false
type Optional<K extends string, T> =
  Empty<T> extends true
    ? { readonly [key in K]?: undefined }
    : Record<never, never> extends T
      ? { readonly [key in K]?: T }
      : { readonly [key in K]: T }

export type Query<N extends OperationName> = z.input<Op<N>['query']>
export type Body<N extends OperationName> = Op<N>['body'] extends z.ZodType
  ? z.input<Op<N>['body']>
  : undefined
export type Answer<N extends OperationName> = Op<N>['response'] extends z.ZodType
  ? z.output<Op<N>['response']>
  : Blob

/** What a call needs: path parameters, query and body where the operation has them. */
export type Input<N extends OperationName> = Optional<'params', z.input<Op<N>['params']>> &
  Optional<'query', z.input<Op<N>['query']>> &
  (Op<N>['body'] extends z.ZodType
    ? { readonly body: z.input<Op<N>['body']> }
    : { readonly body?: undefined })

/** Operations that answer with one JSON document (no event stream, no raw bytes). */
export type JsonOperation = {
  [N in OperationName]: Op<N>['stream'] extends null ? N : never
}[OperationName]

/** The API refused or failed; `code` is closed, `message` is for a person. `unreachable` is no answer at all. */
export class ApiError extends Error {
  readonly code: ErrorCode | 'unreachable'
  readonly status: number
  readonly detail: unknown
  readonly requestId: string | null

  constructor(status: number, error: Partial<Omit<ErrorBody['error'], 'code'>> & Pick<ApiError, 'code'>) {
    super(error.message ?? `The server answered ${status}`)
    this.name = 'ApiError'
    this.code = error.code
    this.status = status
    this.detail = error.detail
    this.requestId = error.requestId ?? null
  }
}

export interface ClientOptions {
  /** Scheme, host and port; empty in the browser. */
  readonly origin?: string
  readonly token?: string
  readonly fetch?: typeof fetch
}

/** The address of an operation, for links, event streams and downloads. */
export function urlOf(
  name: OperationName,
  params: Readonly<Record<string, string | number>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return fillPath(routes[name].path, params) + (text === '' ? '' : `?${text}`)
}

export type Call = <N extends JsonOperation>(
  name: N,
  input: Input<N>,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<Answer<N>>

/** A client of the whole API: `call('getBroker', { params: { broker } })`. Rejects with `ApiError`. */
export function createClient(options: ClientOptions = {}): Call {
  const send = options.fetch ?? ((url, init) => fetch(url, init))
  return async (name, input, { signal } = {}) => {
    const { method } = routes[name]
    const headers: Record<string, string> = { accept: 'application/json' }
    if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' }
    if (signal) init.signal = signal
    if (method !== 'GET') {
      headers['content-type'] = 'application/json'
      init.body = JSON.stringify(input.body ?? {})
    }
    const params = (input.params ?? {}) as Record<string, string | number>
    const url = `${options.origin ?? ''}${urlOf(name, params, (input.query ?? {}) as Record<string, unknown>)}`
    const response = await send(url, init).catch((error: unknown) => {
      if (signal?.aborted) throw error
      throw new ApiError(0, { code: 'unreachable', message: 'Signalbox does not answer' })
    })
    if (!response.ok) throw await readError(response)
    return (await response.json()) as Answer<typeof name>
  }
}

async function readError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const error =
    typeof body === 'object' && body !== null && 'error' in body ? (body as ErrorBody).error : null
  return new ApiError(response.status, error ?? { code: 'internal' })
}

/** The browser's own client. */
export const callApi = createClient()
