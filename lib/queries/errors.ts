import { ApiError } from '../api/client.ts'

/** What to say about an error that is not ours either. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something failed without saying why'
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403
}

/** The session is over: only signing in again helps. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}

/** Nothing answered at all, or the server said it was too busy: worth another try without a person. */
export function mayHeal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429)
}

/** The driver refused a look that could destroy messages. */
export function wouldDestroy(error: unknown): boolean {
  if (!(error instanceof ApiError) || typeof error.detail !== 'object' || error.detail === null) return false
  return 'reason' in error.detail && error.detail.reason === 'would-destroy'
}
