import { ApiError } from '../api/client.ts'

/** What to say about an error that is not ours either; a refusal also says who can lift it. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Something failed without saying why'
  const grant = grantOf(error)
  return grant ? `${error.message.replace(/\.$/, '')}. ${grant}` : error.message
}

/** Who can grant what a 403 refused: ours is an admin's, one of the broker's own is not ours to give. */
function grantOf(error: unknown): string | null {
  if (!isForbidden(error)) return null
  const reason = reasonOf(error)
  if (reason === 'permission') return 'An admin can grant it.'
  return reason === null ? 'Whoever administers the broker can grant it.' : null
}

function reasonOf(error: unknown): unknown {
  const detail = error instanceof ApiError ? error.detail : null
  return typeof detail === 'object' && detail !== null && 'reason' in detail ? detail.reason : null
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
  return reasonOf(error) === 'would-destroy'
}
