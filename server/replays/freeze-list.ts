import { type ClaimFacet, newCall } from '../brokers/contract/index.ts'
import type { ReplayRow, Storage } from '../storage/contract/index.ts'
import type { Control } from './control.ts'
import type { StoredPlan } from './stored-plan.ts'
import { nextTurn } from './wait.ts'

const batchRows = 1000
const freezeTimeoutMs = 3_600_000
export const doubtElsewhereReason = 'In doubt in another run over this source: decide there first'

interface Freezing {
  readonly storage: Storage
  readonly row: Pick<ReplayRow, 'id' | 'broker' | 'sourceId'>
  readonly now: () => number
  readonly onProgress: (rows: number) => void
}

/** Writes chosen ids down, once each, in the order given. Those in doubt elsewhere are skipped from the start. */
export async function writeChosen(work: Freezing, ids: readonly string[]): Promise<number> {
  const doubtful = await doubtsElsewhere(work)
  const unique = [...new Set(ids)]
  for (let at = 0; at < unique.length; at += batchRows)
    await append(work, unique.slice(at, at + batchRows), doubtful)
  return unique.length
}

/**
 * Streams every id of a log into the ledger, page by page; returns how many. What an earlier run delivered and
 * the log still keeps is left out. Ends early when the run is asked to stop.
 */
export async function freezeLog(
  work: Freezing,
  claim: ClaimFacet,
  plan: StoredPlan,
  control: Control,
): Promise<number> {
  const { storage, row } = work
  const max = 'all' in plan.input.select ? (plan.input.select.max ?? Number.POSITIVE_INFINITY) : 0
  const doubtful = await doubtsElsewhere(work)
  const hasMarks =
    plan.settles === 'marks' && (await storage.replays.countSettled(row.broker, row.sourceId)) > 0
  let total = 0
  for await (const page of claim.freeze(plan.source, newCall(freezeTimeoutMs, control.signal))) {
    for (let at = 0; at < page.length && total < max && control.goesOn; at += batchRows) {
      const batch = page.slice(at, at + batchRows)
      const open = (hasMarks ? await leaveDelivered(work, batch) : batch).slice(0, max - total)
      total += open.length
      await append(work, open, doubtful)
      work.onProgress(total)
      // The store answers at once and never leaves the turn: others wait for one batch, not for the list.
      await nextTurn()
    }
    if (total >= max || !control.goesOn) break
  }
  return total
}

async function append(work: Freezing, ids: readonly string[], doubtful: ReadonlySet<string>): Promise<void> {
  const rows = ids.map((messageId) =>
    doubtful.has(messageId)
      ? ({ messageId, state: 'skipped', reason: doubtElsewhereReason } as const)
      : ({ messageId, state: 'frozen' } as const),
  )
  await work.storage.replays.append(work.row.id, rows, work.now())
}

async function leaveDelivered({ storage, row }: Freezing, ids: readonly string[]): Promise<string[]> {
  const known = await storage.replays.findByMessages(row.broker, row.sourceId, ids)
  return ids.filter((id) => known.get(id)?.state !== 'settled')
}

async function doubtsElsewhere({ storage, row }: Freezing): Promise<ReadonlySet<string>> {
  const rows = await storage.replays.listUncertain(row.broker, row.sourceId)
  return new Set(rows.filter(({ run }) => run !== row.id).map(({ messageId }) => messageId))
}
