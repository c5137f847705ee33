import { AppError } from '../../lib/domain/app-error.ts'
import type { HttpRuntime } from './contract.ts'
import type { RouteHandler } from './define-route.ts'
import { errorResponse } from './error-response.ts'
import { newRequestId } from './headers.ts'

/** What no operation serves: 401 to strangers, 404 to the rest, in the shape of every other error. */
export function answerUnknown(getRuntime: () => HttpRuntime): RouteHandler {
  return async (request) => {
    const identity = await getRuntime().access.authenticate(request.headers)
    const error = identity
      ? new AppError('not_found', 'There is nothing under this address')
      : new AppError('unauthenticated', 'Sign in first, or send Authorization: Bearer with a token')
    return errorResponse(error, newRequestId(), null)
  }
}
