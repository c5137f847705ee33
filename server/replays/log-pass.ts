import {
  BrokerError,
  type Claim,
  type ClaimFacet,
  newCall,
  type Publisher,
} from '../brokers/contract/index.ts'
import type { LedgerRow } from '../storage/contract/index.ts'
import { pagesInHand } from './flights.ts'
import { pump } from './pump.ts'
import { recover } from './recover.ts'
import { asUpdate, claimOf, type PageWork, prepareRow, type RunContext } from './run-context.ts'
import { portTimeoutMs } from './targets.ts'

/** `again`: the ledger must be checked against the target, then go on. `stopped`: as asked. */
export type PassEnd = 'complete' | 'again' | 'stopped'

const sessionRows = 10_000
const pageSize = 1000
const maxPages = 3
export const goneReason = 'It was no longer in the source'

/** Sends what is frozen, in the order of the list, from a source that reads any id at will. */
export async function runLogPass(context: RunContext): Promise<PassEnd> {
  await recover(context)
  await settleConfirmed(context)
  if (!context.control.goesOn) return 'stopped'
  const isDry = context.plan.input.dryRun === true
  const publisher = isDry ? null : await openPublisher(context)
  try {
    for await (const rows of context.ledger.read(['frozen'], sessionRows)) {
      let left = rows
      while (left.length > 0) {
        const end = await runSession(context, publisher, left)
        if (end.mustRecover) return 'again'
        if (!context.control.goesOn) return 'stopped'
        left = end.left
      }
    }
    return 'complete'
  } finally {
    await publisher?.close().catch(() => undefined)
  }
}

export async function openPublisher({ target }: RunContext): Promise<Publisher> {
  if (!target.publish) throw new BrokerError('unsupported', 'Nothing can be published on this broker')
  return target.publish.openPublisher(newCall(portTimeoutMs))
}

/** One claim session over rows of the list. What it did not reach is left for the next; what is gone is skipped. */
async function runSession(context: RunContext, publisher: Publisher | null, rows: readonly LedgerRow[]) {
  const { ledger, plan } = context
  const byId = new Map(rows.map((row) => [row.messageId, row]))
  const size = pageSizeFor(plan.input.rate, context.ports.pageSize ?? pageSize)
  const session = await openIds(context, claimOf(context), [...byId.keys()], size * pagesInHand(maxPages))
  try {
    const result = await pump(context, session, publisher, {
      pageSize: size,
      maxPages,
      maxLeft: Number.POSITIVE_INFINITY,
      isGated: false,
      decide: (claims) => decide(context, byId, claims),
    })
    if (session.ended === 'lost')
      throw new BrokerError('unreachable', 'The connection to the source was lost')
    const left = [...byId.values()]
    const isThrough = session.ended !== null && (session.ended !== 'budget' || result.claimed === 0)
    if (!context.control.goesOn || result.mustRecover || !isThrough)
      return { mustRecover: result.mustRecover, left }
    await ledger.move(
      'frozen',
      left.map(({ row }) => ({ row, state: 'skipped', reason: goneReason })),
    )
    return { mustRecover: false, left: [] }
  } finally {
    await session.close().catch(() => undefined)
  }
}

/** A slow run asks for no more at once than it sends in a quarter of a second. */
export function pageSizeFor(rate: number | undefined, most: number): number {
  return rate === undefined ? most : Math.max(1, Math.min(most, Math.ceil(rate / 4)))
}

/** Takes the rows out of `byId` that are met. */
async function decide(
  context: RunContext,
  byId: Map<string, LedgerRow>,
  claims: readonly Claim[],
): Promise<PageWork> {
  const prepared = []
  const atMs = context.ports.now()
  for (const claim of claims) {
    const row = byId.get(claim.message.id)
    if (!row) continue
    byId.delete(claim.message.id)
    prepared.push(await prepareRow(context, claim, row.row, atMs))
  }
  await context.ledger.move('frozen', prepared.map(asUpdate))
  return { sends: prepared.flatMap(({ send }) => (send ? [send] : [])), removals: [] }
}

/** Delivered before a stop: their copies leave the source now, or have left already. */
export async function settleConfirmed(context: RunContext): Promise<void> {
  const { ledger, plan } = context
  for await (const rows of ledger.read(['confirmed'], sessionRows)) {
    if (plan.settles === 'removes') {
      const ids = rows.map(({ messageId }) => messageId)
      const session = await openIds(context, claimOf(context), ids, pageSize)
      try {
        for (;;) {
          const claims = await session.next(pageSize, newCall(portTimeoutMs))
          if (claims.length === 0) break
          await session.settle(claims, 'remove', newCall(portTimeoutMs))
        }
        if (session.ended === 'lost' || session.ended === 'budget')
          throw new BrokerError('unreachable', 'The source could not be read to the end')
      } finally {
        await session.close().catch(() => undefined)
      }
    }
    await ledger.move(
      'confirmed',
      rows.map(({ row }) => ({ row, state: 'settled' })),
    )
  }
}

function openIds({ plan }: RunContext, claim: ClaimFacet, ids: readonly string[], window: number) {
  return claim.open(plan.source, { select: { kind: 'ids', ids }, window }, newCall(portTimeoutMs))
}
