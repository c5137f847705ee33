import { AppError } from '../../lib/domain/app-error.ts'
import type { Access } from '../access/contract.ts'
import { errorResponse } from './error-response.ts'
import { apiHeaders, newRequestId } from './headers.ts'

/** For probes: a word and a status, open to everybody. */
export function answerHealth(isWell: () => boolean): () => Response {
  return () => {
    const well = isWell()
    const headers = apiHeaders(newRequestId())
    return Response.json({ status: well ? 'ok' : 'unavailable' }, { status: well ? 200 : 503, headers })
  }
}

/** Prometheus text for a signed-in reader (a scraper sends the bearer token). */
export function answerMetrics(
  getRuntime: () => { readonly access: Access; metrics(): string },
): (request: Request) => Promise<Response> {
  return async (request) => {
    const requestId = newRequestId()
    try {
      const runtime = getRuntime()
      if (!(await runtime.access.authenticate(request.headers))) {
        throw new AppError('unauthenticated', 'Metrics need Authorization: Bearer with the configured token')
      }
      const headers = apiHeaders(requestId)
      headers.set('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      return new Response(runtime.metrics(), { headers })
    } catch (error) {
      return errorResponse(error, requestId, null)
    }
  }
}
