import { AppError } from '../../lib/domain/app-error.ts'
import {
  BrokerError,
  type Claim,
  type ClaimSession,
  newCall,
  queueMessageId,
  readQueueId,
} from '../brokers/contract/index.ts'
import type { LedgerRow, LedgerUpdate } from '../storage/contract/index.ts'
import { openPublisher } from './log-pass.ts'
import { equalsDoubtReason } from './recover.ts'
import { claimOf, prepareRow, type RunContext } from './run-context.ts'
import { portTimeoutMs } from './targets.ts'

const maxEquals = 200
const saidArrived = 'A person found it at the target'
const copyStaysReason = 'It was delivered, but its copy could not be removed from the source'

export { copyStaysReason }

/**
 * A person's word on a row in doubt. The row stays `uncertain` until the end of the act, so whatever breaks in
 * between leaves it as it was: shown, and not sent again by itself.
 */
export async function resolveRow(
  context: RunContext,
  row: LedgerRow,
  verdict: 'arrived' | 'resend',
): Promise<void> {
  const update = verdict === 'arrived' ? await acceptArrival(context, row) : await sendAgain(context, row)
  await context.ledger.move('uncertain', [{ ...update, row: row.row }])
}

/** Its copy leaves the source, unless it cannot be told from an equal that was never sent. */
async function acceptArrival(context: RunContext, row: LedgerRow): Promise<Omit<LedgerUpdate, 'row'>> {
  if (context.plan.settles === 'removes' && row.reason !== equalsDoubtReason)
    await withClaim(context, row, async (claim, session) => {
      if (claim) await session.settle([claim], 'remove', newCall(portTimeoutMs))
    })
  return { state: 'settled', reason: saidArrived }
}

async function sendAgain(context: RunContext, row: LedgerRow): Promise<Omit<LedgerUpdate, 'row'>> {
  const publisher = await openPublisher(context)
  try {
    return await withClaim(context, row, async (claim, session) => {
      if (!claim)
        throw new AppError('conflict', 'It is no longer in the source: there is nothing to send again')
      const { send, reason, target } = await prepareRow(context, claim, row.row)
      if (!send) return { state: 'failed', target, reason }
      const [outcome] = await publisher.send([send.outgoing], newCall(portTimeoutMs))
      if (outcome?.state === 'refused' && outcome.code === 'unreachable')
        throw new BrokerError('unreachable', outcome.reason)
      if (outcome?.state === 'refused') return { state: 'failed', target, reason: outcome.reason }
      if (outcome?.state !== 'confirmed')
        return { state: 'uncertain', target, reason: outcome?.reason ?? 'The driver gave no outcome' }
      const position = outcome.position ?? null
      try {
        await session.settle([claim], 'remove', newCall(portTimeoutMs))
        return { state: 'settled', target, position, reason: null }
      } catch {
        return { state: 'uncertain', target, position, reason: copyStaysReason }
      }
    })
  } finally {
    await publisher.close().catch(() => undefined)
  }
}

/** The message of the row, held while `work` lasts; null when it is gone or out of reach. */
async function withClaim<T>(
  context: RunContext,
  row: LedgerRow,
  work: (claim: Claim | null, session: ClaimSession) => Promise<T>,
): Promise<T> {
  const select = { kind: 'ids', ids: idsOf(row.messageId) } as const
  const request = { select, window: maxEquals + 1 }
  const session = await claimOf(context).open(context.plan.source, request, newCall(portTimeoutMs))
  try {
    const [claim] = await session.next(1, newCall(portTimeoutMs))
    return await work(claim ?? null, session)
  } finally {
    await session.close().catch(() => undefined)
  }
}

/** Equals that left since have shifted the ordinals: any of them serves. */
function idsOf(messageId: string): string[] {
  const id = readQueueId(messageId)
  if (!id) return [messageId]
  const count = Math.min(id.ordinal + 1, maxEquals)
  return Array.from({ length: count }, (_, ordinal) => queueMessageId(id.equals, ordinal))
}
