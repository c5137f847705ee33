import { BrokerError, type Call, isRetryable, type OffsetsFacet } from '../../brokers/contract/index.ts'
import type { OffsetResetRow } from '../../storage/contract/index.ts'

export type Applied =
  | { readonly state: 'applied' }
  /** Refused by the broker; nothing was changed, unless its words say so. */
  | { readonly state: 'failed' | 'moved' | 'not-empty'; readonly error: BrokerError }
  /** It may have been set: where the group stands will tell. */
  | { readonly state: 'unknown'; readonly reason: string }

const refusals: readonly string[] = ['conflict', 'forbidden', 'unsupported', 'bad_request', 'not_found']

/** Sets the offsets once. Never throws: a refusal, and what nobody knows yet, are outcomes. */
export async function applyOnce(facet: OffsetsFacet, row: OffsetResetRow, call: Call): Promise<Applied> {
  try {
    await facet.apply(row.groupKey, row.rows, call)
    return { state: 'applied' }
  } catch (error) {
    if (!(error instanceof BrokerError)) return { state: 'unknown', reason: String(error) }
    if (isRetryable(error) || !refusals.includes(error.code))
      return { state: 'unknown', reason: error.message }
    if (error.code === 'conflict' && error.detail?.members !== undefined) return { state: 'not-empty', error }
    if (error.code === 'conflict' && error.detail?.moved !== undefined) return { state: 'moved', error }
    return { state: 'failed', error }
  }
}
