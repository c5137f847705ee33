import {
  BrokerError,
  type Claim,
  type ClaimSession,
  encodeRef,
  newCall,
  type Publisher,
} from '../brokers/contract/index.ts'
import type { LedgerRow, LedgerState, LedgerUpdate } from '../storage/contract/index.ts'
import { Control } from './control.ts'
import { pagesInHand } from './flights.ts'
import { doubtElsewhereReason } from './freeze-list.ts'
import { openPublisher, type PassEnd, pageSizeFor } from './log-pass.ts'
import { pump } from './pump.ts'
import { keyOf, QueueBook } from './queue-book.ts'
import { equalsDoubtReason, recover, setAmbiguousAside } from './recover.ts'
import {
  asUpdate,
  claimOf,
  type PageWork,
  type Prepared,
  prepareRow,
  type RunContext,
} from './run-context.ts'
import { growsWhileRunning } from './stored-plan.ts'
import { portTimeoutMs } from './targets.ts'

/**
 * Handed over and not noted as confirmed are at most 2,800 messages (`pageSize` × the pages under way and those that
 * wait for their note): so many are in doubt after a crash, where the target cannot be searched. That is a third of
 * a second's work of a fast run; a slow one has smaller pages.
 */
const pageSize = 400
const maxPages = 5
/** A session holds no more than this, whatever stays (drivers end it there). */
const sessionReach = 10_000
const heldBesides = 2_000
export const beyondReason = 'It lies deeper in the queue than one claim reaches, or has left it'
const copyGoneReason = 'Its copy was no longer found in the source'
const openStates: readonly LedgerState[] = ['frozen', 'intent', 'confirmed', 'failed', 'uncertain', 'skipped']

/** Where sessions over one queue take turns: two at once would hide messages from each other. */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>

/** Sends from a queue: session after session, each with a fresh look at what the ledger says, until nothing is left or nothing more can be reached. */
export async function runQueuePass(context: RunContext, takeTurn: TakeTurn): Promise<PassEnd> {
  await recover(context)
  if (!context.control.goesOn) {
    if (context.control.wish === 'cancel') await takeTurn(() => tidy(context))
    return 'stopped'
  }
  const publisher = context.plan.input.dryRun ? null : await openPublisher(context)
  try {
    for (;;) {
      const end = await takeTurn(() => runSession(context, publisher))
      if (end !== 'more') return end
    }
  } finally {
    await publisher?.close().catch(() => undefined)
  }
}

async function openBook(context: RunContext): Promise<QueueBook> {
  const rows: LedgerRow[] = []
  const states = growsWhileRunning(context.plan) ? openStates : undefined
  for await (const page of context.ledger.read(states, 10_000)) rows.push(...page)
  const book = new QueueBook(await setAmbiguousAside(context, rows))
  book.beginSession()
  return book
}

async function runSession(context: RunContext, publisher: Publisher | null): Promise<PassEnd | 'more'> {
  const { ledger, plan, control } = context
  const book = await openBook(context)
  const isGrowing = growsWhileRunning(plan)
  const unclaimed = isGrowing ? Math.max(0, context.total - ledger.rowCount) : 0
  if (unclaimed === 0 && book.openCount === 0) return 'complete'
  const size = pageSizeFor(plan.input.rate, context.ports.pageSize ?? pageSize)
  const lane = size * pagesInHand(maxPages)
  const besides = plan.input.dryRun ? sessionReach : heldBesidesAt(plan.input.rate)
  const maxLeft = Math.max(1, Math.min(sessionReach - lane, book.stayingCount + besides))
  const select = isGrowing
    ? ({ kind: 'head', count: unclaimed + book.openCount + book.stayingCount } as const)
    : ({ kind: 'ids', ids: book.idsToClaim(sessionReach) } as const)
  const request = { select, window: maxLeft + lane }
  const session = await claimOf(context).open(plan.source, request, newCall(portTimeoutMs))
  const foreign = isGrowing ? await doubtsElsewhere(context) : new Map<string, number>()
  let progress = 0
  const decide = async (claims: readonly Claim[]) => {
    const before = standing(ledger)
    const work = isGrowing
      ? await decideFromHead(context, book, foreign, claims)
      : await decideChosen(context, book, claims)
    progress += work.sends.length + work.removals.length + (standing(ledger) === before ? 0 : 1)
    return work
  }
  try {
    const options = { pageSize: size, maxPages, maxLeft, isGated: true, decide }
    const { mustRecover } = await pump(context, session, publisher, options)
    throwIfLost(session)
    if (mustRecover) return 'again'
    if (!control.goesOn) return 'stopped'
    if (progress > 0) return 'more'
  } finally {
    await session.close().catch(() => undefined)
  }
  await giveUpOn(context, book)
  return 'complete'
}

/** Changes with every row that was decided in a page, whatever became of it. */
function standing({ counts, rowCount }: RunContext['ledger']): string {
  return `${counts.frozen} ${counts.uncertain} ${rowCount}`
}

/** What a slow run holds besides what it sends follows its rate. */
function heldBesidesAt(rate: number | undefined): number {
  return rate === undefined ? heldBesides : Math.max(20, Math.min(heldBesides, Math.ceil(rate) * 2))
}

function throwIfLost(session: ClaimSession): void {
  if (session.ended === 'lost') throw new BrokerError('unreachable', 'The connection to the source was lost')
}

/** A whole session met nothing more of ours: what was not sent stays, what was delivered has left. */
async function giveUpOn({ ledger }: RunContext, book: QueueBook): Promise<void> {
  await ledger.move(
    'frozen',
    book.wantedRows.map(({ row }) => ({ row, state: 'skipped', reason: beyondReason })),
  )
  await ledger.move(
    'confirmed',
    book.awaitingRows.map(({ row }) => ({ row, state: 'settled', reason: copyGoneReason })),
  )
}

async function decideFromHead(
  context: RunContext,
  book: QueueBook,
  foreign: Map<string, number>,
  claims: readonly Claim[],
): Promise<PageWork> {
  const { ledger, total } = context
  const old: Prepared[] = []
  const fresh: Prepared[] = []
  const doubts: LedgerUpdate[] = []
  const removals: { claim: Claim; row: number }[] = []
  let next = ledger.rowCount + 1
  const atMs = context.ports.now()
  for (const claim of claims) {
    const verdict = book.assign(claim.message)
    if (verdict.kind === 'remove') removals.push({ claim, row: verdict.row })
    else if (verdict.kind === 'send') old.push(await prepareRow(context, claim, verdict.row, atMs))
    else if (verdict.kind === 'doubt') doubts.push(doubtOf(verdict.row))
    else if (verdict.kind === 'new' && next <= total) {
      fresh.push(
        takeOne(foreign, keyOf(claim.message.id))
          ? { ...skippedRow, row: next, messageId: claim.message.id }
          : await prepareRow(context, claim, next, atMs),
      )
      next += 1
    }
  }
  await ledger.move('frozen', old.map(asUpdate))
  await ledger.move('confirmed', doubts)
  if (fresh.length > 0) {
    const expected = ledger.rowCount + 1
    const first = await ledger.append(fresh)
    if (first !== expected) throw new Error(`Row ${first} was written where ${expected} was expected`)
  }
  // Old rows come from further ahead in the queue than fresh ones: this is the order of the claims.
  return { sends: [...old, ...fresh].flatMap(({ send }) => (send ? [send] : [])), removals }
}

function doubtOf(row: number): LedgerUpdate {
  return { row, state: 'uncertain', reason: equalsDoubtReason }
}

const skippedRow = { state: 'skipped', target: null, reason: doubtElsewhereReason, send: null } as const

async function decideChosen(
  context: RunContext,
  book: QueueBook,
  claims: readonly Claim[],
): Promise<PageWork> {
  const prepared: Prepared[] = []
  const doubts: LedgerUpdate[] = []
  const removals: { claim: Claim; row: number }[] = []
  const atMs = context.ports.now()
  for (const claim of claims) {
    const verdict = book.assignChosen(claim.message)
    if (verdict.kind === 'remove') removals.push({ claim, row: verdict.row })
    else if (verdict.kind === 'send') prepared.push(await prepareRow(context, claim, verdict.row, atMs))
    else if (verdict.kind === 'doubt') doubts.push(doubtOf(verdict.row))
  }
  await context.ledger.move('confirmed', doubts)
  await context.ledger.move('frozen', prepared.map(asUpdate))
  return { sends: prepared.flatMap(({ send }) => (send ? [send] : [])), removals }
}

/** Cancelled after a break: copies of what was delivered leave the source, and nothing else is touched. */
async function tidy(context: RunContext): Promise<void> {
  const book = await openBook(context)
  const awaiting = book.awaitingRows
  if (awaiting.length === 0) return
  const ids = [...new Set(awaiting.map(({ messageId }) => messageId))]
  const select = growsWhileRunning(context.plan)
    ? ({ kind: 'head', count: awaiting.length + book.stayingCount + book.wantedRows.length } as const)
    : ({ kind: 'ids', ids } as const)
  const request = { select, window: sessionReach }
  const session = await claimOf(context).open(context.plan.source, request, newCall(portTimeoutMs))
  const isGrowing = growsWhileRunning(context.plan)
  const decide = async (claims: readonly Claim[]): Promise<PageWork> => {
    const removals: { claim: Claim; row: number }[] = []
    const doubts: LedgerUpdate[] = []
    for (const claim of claims) {
      const verdict = isGrowing ? book.assign(claim.message) : book.assignChosen(claim.message)
      if (verdict.kind === 'remove') removals.push({ claim, row: verdict.row })
      else if (verdict.kind === 'doubt') doubts.push(doubtOf(verdict.row))
    }
    await context.ledger.move('confirmed', doubts)
    return { sends: [], removals }
  }
  try {
    const options = { pageSize, maxPages, maxLeft: sessionReach - pageSize, isGated: false, decide }
    await pump({ ...context, control: new Control() }, session, null, options)
    throwIfLost(session)
  } finally {
    await session.close().catch(() => undefined)
  }
  await context.ledger.move(
    'confirmed',
    book.awaitingRows.map(({ row }) => ({ row, state: 'settled', reason: copyGoneReason })),
  )
}

/** Messages in doubt in other runs over this source, how many of each. Those this run has met already do not count again. */
async function doubtsElsewhere({ ports, plan, id, ledger }: RunContext): Promise<Map<string, number>> {
  const sourceId = encodeRef(plan.source)
  const rows = await ports.storage.replays.listUncertain(plan.input.broker, sourceId)
  const counts = new Map<string, number>()
  const change = (messageId: string, by: number) => {
    const key = keyOf(messageId)
    counts.set(key, (counts.get(key) ?? 0) + by)
  }
  for (const row of rows) if (row.run !== id) change(row.messageId, 1)
  if (counts.size === 0) return counts
  for await (const page of ledger.read(['skipped']))
    for (const row of page) if (row.reason === doubtElsewhereReason) change(row.messageId, -1)
  return counts
}

function takeOne(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0
  if (count > 0) counts.set(key, count - 1)
  return count > 0
}
