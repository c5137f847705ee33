import type { z } from 'zod'
import type { Operation } from '../../lib/api/operation.ts'
import { type Operations, operations } from '../../lib/api/operations.ts'
import type { OperationName } from '../../lib/api/routes.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import type { Permission } from '../../lib/domain/permissions.ts'
import type { Identity } from '../access/contract.ts'
import { type AuditTrail, openTrail } from './audit-trail.ts'
import { authorize } from './authorize.ts'
import { type Bytes, bytesResponse } from './bytes.ts'
import type { HttpCall, HttpRuntime } from './contract.ts'
import { errorResponse, StatusError } from './error-response.ts'
import { apiHeaders, newRequestId } from './headers.ts'
import { parseBody, parseParams, parseQuery } from './parse.ts'
import { requireJson } from './read-json.ts'
import { eventsResponse, type ServerEvent } from './sse.ts'

type Op<N extends OperationName> = Operations[N]
type Output<S> = S extends z.ZodType ? z.output<S> : null
/** An engine may answer with read-only lists. */
type Frozen<T> = T extends (infer E)[] ? readonly E[] : T
type Sendable<T> = { readonly [K in keyof T]: Frozen<T[K]> }

export type Result<N extends OperationName> = Op<N>['stream'] extends 'events'
  ? AsyncIterable<ServerEvent>
  : Op<N>['stream'] extends 'bytes'
    ? Bytes
    : Sendable<Output<Op<N>['response']>>

/** The caller as the guard wants it; `auditId` is set on every operation with a verb. */
export interface HttpCaller {
  readonly actor: string
  readonly via: 'session' | 'token'
  readonly permissions: ReadonlySet<Permission>
  readonly auditId: string | null
}

export interface RouteContext<N extends OperationName, R> {
  readonly runtime: R
  readonly caller: HttpCaller
  readonly expiresAtMs: number | null
  readonly params: Output<Op<N>['params']>
  readonly query: Output<Op<N>['query']>
  readonly body: Output<Op<N>['body']>
  readonly call: HttpCall
  readonly request: Request
  /** Set on the answer beside the usual headers. */
  readonly headers: Headers
}

export type RouteHandler = (
  request: Request,
  context: { readonly params: Promise<Readonly<Record<string, string | string[] | undefined>> | undefined> },
) => Promise<Response>

/**
 * One operation of the table as a Next route handler. Order of refusal: 401, 403, 415, 404, 400, and 501 from
 * the engine. Writes get an audit row before the act, finished after it; without the row there is no act.
 */
export function defineRoute<N extends OperationName, R extends HttpRuntime>(
  name: N,
  getRuntime: () => R,
  handle: (context: RouteContext<N, R>) => Promise<Result<N>> | Result<N>,
): RouteHandler {
  const operation: Operation = operations[name]
  return async (request, context) => {
    const requestId = newRequestId()
    let runtime: R | null = null
    let trail: AuditTrail | null = null
    try {
      runtime = getRuntime()
      const identity = await authenticate(operation, runtime, request)
      // Next passes nothing for a path without parameters.
      const rawParams = (await context.params) ?? {}
      await authorize(operation, runtime, identity, request, rawParams)
      if (operation.method !== 'GET') requireJson(request)
      const stop = new AbortController()
      const call = newHttpCall(operation, request, runtime, stop)
      const params = parseParams(operation, rawParams)
      const { target } = await runtime.targets.check(params, call)
      const query = parseQuery(operation, request)
      const body = operation.method === 'GET' ? null : await parseBody(operation, request)
      trail = await openTrail(operation, runtime, { identity, params, target, body })
      const headers = apiHeaders(requestId)
      const answer = handle({
        runtime,
        caller: { ...identity, auditId: trail.id },
        expiresAtMs: identity.expiresAtMs,
        params,
        query,
        body,
        call,
        request,
        headers,
      } as unknown as RouteContext<N, R>)
      const result = await settleInTime(Promise.resolve(answer), operation)
      await trail.finish('ok', null)
      return respond(operation, result, { requestId, headers, stop, runtime })
    } catch (error) {
      await trail?.fail(error)
      const status = error instanceof StatusError ? error.status : undefined
      return errorResponse(error, requestId, runtime?.log ?? null, status)
    }
  }
}

/** Whoever comes with a sign-in link: it is the link that is trusted. */
const nobody: Identity = { actor: 'sign-in link', via: 'session', permissions: new Set(), expiresAtMs: null }

async function authenticate(operation: Operation, runtime: HttpRuntime, request: Request): Promise<Identity> {
  if (operation.permission === null) return nobody
  const identity = await runtime.access.authenticate(request.headers)
  if (!identity) {
    throw new AppError('unauthenticated', 'Sign in first, or send Authorization: Bearer with a token')
  }
  return identity
}

/** Ends with the request; a lasting stream also with its reader and with the process. */
function newHttpCall(
  operation: Operation,
  request: Request,
  runtime: HttpRuntime,
  stop: AbortController,
): HttpCall {
  const ends = [request.signal, stop.signal]
  if (operation.stream === 'events') ends.push(runtime.stopping)
  const signal = AbortSignal.any(ends)
  if (operation.stream === 'events') signal.addEventListener('abort', () => stop.abort(), { once: true })
  const deadlineAt = operation.timeoutMs === 0 ? Number.MAX_SAFE_INTEGER : Date.now() + operation.timeoutMs
  return { signal, deadlineAt }
}

/** The engines keep their deadline themselves; this is the answer when one does not. */
async function settleInTime<T>(work: Promise<T>, operation: Operation): Promise<T> {
  if (operation.timeoutMs === 0) return work
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const refuse = () => reject(new AppError('timeout', 'No answer in time; what was begun may still finish'))
    timer = setTimeout(refuse, operation.timeoutMs + 1000)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const checksResponses = process.env.NODE_ENV !== 'production'

function respond(
  operation: Operation,
  result: unknown,
  to: { requestId: string; headers: Headers; stop: AbortController; runtime: HttpRuntime },
): Response {
  if (operation.stream === 'events') {
    const { requestId, stop, runtime } = to
    return eventsResponse(result as AsyncIterable<ServerEvent>, { requestId, log: runtime.log, stop })
  }
  if (operation.stream === 'bytes') return bytesResponse(result as Bytes, to.requestId, to.stop)
  const text = JSON.stringify(result)
  if (checksResponses && operation.response) operation.response.parse(JSON.parse(text))
  to.headers.set('content-type', 'application/json; charset=utf-8')
  return new Response(text, { status: operation.status, headers: to.headers })
}
