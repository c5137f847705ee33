import type { RouteHandler } from './define-route.ts'
import { errorResponse, StatusError } from './error-response.ts'
import { newRequestId } from './headers.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
type Served = Readonly<Partial<Record<(typeof methods)[number], RouteHandler>>>

/** Every method of one path: the served ones, and 405 in the shape of every other error for the rest. */
export function defineMethods(served: Served): Readonly<Record<(typeof methods)[number], RouteHandler>> {
  const allow = Object.keys(served).join(', ')
  const refuse: RouteHandler = async (request) => {
    const message = `${request.method} is not offered here; ${allow} is`
    const response = errorResponse(new StatusError(405, 'bad_request', message), newRequestId(), null, 405)
    response.headers.set('allow', allow)
    return response
  }
  const {
    GET = refuse,
    POST = refuse,
    PUT = refuse,
    PATCH = refuse,
    DELETE = refuse,
    OPTIONS = refuse,
  } = served
  return { GET, POST, PUT, PATCH, DELETE, OPTIONS }
}
