import { newCall } from '../brokers/contract/index.ts'
import type { LedgerRow } from '../storage/contract/index.ts'
import { replayIdHeader, replayIdOf } from './headers.ts'
import { findAmbiguous } from './queue-book.ts'
import type { RunContext } from './run-context.ts'

const findTimeoutMs = 300_000
const lateArrivalMs = 1_000
export const lostContactReason =
  'The console stopped or lost contact after handing it over and before it was confirmed, and the target cannot be asked'
export const equalsDoubtReason =
  'It was delivered, but an equal message lies in the source and it cannot be told whether that is its own copy: none was removed'

/**
 * Brings the ledger to where it can go on after a stop at any moment. Rows of `intent` are asked of the target
 * where that is possible: found is `confirmed`, not found goes back to `frozen` and is sent under the same
 * replay id; where it is not possible they are `uncertain` and stay. Nothing is sent here.
 */
export async function recover(context: RunContext): Promise<void> {
  const open: LedgerRow[] = []
  for await (const rows of context.ledger.read(['intent'])) open.push(...rows)
  const byTarget = Map.groupBy(open, (row) => row.target)
  for (const [target, rows] of byTarget) await recoverTarget(context, target, rows)
}

async function recoverTarget(
  context: RunContext,
  targetId: string | null,
  rows: readonly LedgerRow[],
): Promise<void> {
  const { ledger, targets, target, id } = context
  const known = targetId === null ? undefined : targets.known.get(targetId)
  const verify = target.publish?.verify
  if (!known || known.mark === null || !verify) {
    await ledger.move(
      'intent',
      rows.map(({ row }) => ({ row, state: 'uncertain', reason: lostContactReason })),
    )
    return
  }
  // A batch that was on the wire when contact was lost may still be written: look only after it had its time.
  await new Promise((resolve) => setTimeout(resolve, context.ports.retryMs ?? lateArrivalMs))
  const wanted = new Map(rows.map(({ row }) => [replayIdOf(id, row), row]))
  const found = new Map<number, string>()
  for await (const { value, position } of verify.findSince(
    known.ref,
    known.mark,
    replayIdHeader,
    newCall(findTimeoutMs),
  )) {
    const row = wanted.get(value)
    if (row !== undefined) found.set(row, position)
    if (found.size === wanted.size) break
  }
  await ledger.move(
    'intent',
    rows.map(({ row }) => {
      const position = found.get(row)
      return position === undefined ? { row, state: 'frozen' } : { row, state: 'confirmed', position }
    }),
  )
}

/** Queues: what was delivered and cannot be told from its equals stays as it is, in doubt. Returns the rows as they now stand. */
export async function setAmbiguousAside(
  context: RunContext,
  rows: readonly LedgerRow[],
): Promise<LedgerRow[]> {
  const ambiguous = new Map(findAmbiguous(rows).map((row) => [row.row, row]))
  if (ambiguous.size === 0) return [...rows]
  await context.ledger.move(
    'confirmed',
    [...ambiguous.keys()].map((row) => ({ row, state: 'uncertain', reason: equalsDoubtReason })),
  )
  return rows.map((row) =>
    ambiguous.has(row.row) ? { ...row, state: 'uncertain', reason: equalsDoubtReason } : row,
  )
}
