import {
  BrokerError,
  type Claim,
  type ClaimSession,
  newCall,
  type Publisher,
  type PublishOutcome,
} from '../brokers/contract/index.ts'
import type { LedgerUpdate } from '../storage/contract/index.ts'
import { Flights } from './flights.ts'
import { equalCopiesReason, lastPageReason } from './queue-book.ts'
import type { PageWork, RunContext, Send } from './run-context.ts'
import { portTimeoutMs } from './targets.ts'
import { nextTurn } from './wait.ts'

/**
 * Moves the claims of one session: intent → sent → confirmed → settled at the source → settled in the ledger.
 *
 * On a queue (`isGated`) a page's copies leave the source only after the page after it stands in the ledger (or
 * the session ended). So after a crash the copies that left without a note all belong to one page, and whatever
 * the broker gives back next has a row: that is what lets the queue book tell what was ours. The last page of a
 * session has none behind it, and says so in its rows.
 */
export interface PumpOptions {
  readonly pageSize: number
  /** At least 2. */
  readonly maxPages: number
  /** End the session when this many claims are held back for its end. */
  readonly maxLeft: number
  readonly isGated: boolean
  /** Writes the rows of a page down and says what to do with its claims. */
  readonly decide: (claims: readonly Claim[]) => Promise<PageWork>
}

const maxSessionMs = 45_000
/** A page holds no more of bodies than this, going by the page before it. */
const pageBytes = 4 * 1024 * 1024
const firstPage = 64
const gatherMs = 20
/**
 * From a queue a page is what the run moves in this time, but not less than `leastPage`, which a target far away
 * needs: the faster it goes, the fewer transactions for a message; the slower, the fewer in doubt after a crash.
 */
const pageMs = 50
const leastPage = 250

export interface PumpResult {
  readonly claimed: number
  /** A target that can be searched was not sure: the ledger must be checked against it before going on. */
  readonly mustRecover: boolean
}

export async function pump(
  context: RunContext,
  session: ClaimSession,
  publisher: Publisher | null,
  options: PumpOptions,
): Promise<PumpResult> {
  const { control, ledger, pace, ports } = context
  const flights = new Flights(options.maxPages)
  const startedAtMs = ports.now()
  const gone: LedgerUpdate[] = []
  let claimed = 0
  let left = 0
  let mustRecover = false
  let size = Math.min(firstPage, options.pageSize)
  let pageBeganMs = performance.now()
  let upcoming: Promise<readonly Claim[]> | null = null
  let openGate: (isLast: boolean) => void = () => undefined
  const hasTime = () => left < options.maxLeft && ports.now() - startedAtMs < maxSessionMs
  try {
    while (control.goesOn && !mustRecover && (upcoming !== null || hasTime())) {
      if (!flights.hasRoom) {
        if (flights.isAlone) ledger.flush()
        await flights.room()
      }
      await nextTurn()
      const { granted, waitMs } = pace.take(size)
      if (granted === 0) {
        await control.sleep(waitMs)
        continue
      }
      const claims: readonly Claim[] = await (upcoming ?? nextClaims(context, session, granted))
      upcoming = null
      pace.refund(granted - claims.length)
      if (claims.length === 0) break
      claimed += claims.length
      size = sizeAfter(claims, options, performance.now() - pageBeganMs)
      pageBeganMs = performance.now()
      // The next page comes in while the disk is waited for.
      if (!pace.isLimited && hasTime()) {
        upcoming = nextClaims(context, session, size)
        // Heard when its turn comes.
        upcoming.catch(() => undefined)
      }
      const work = await options.decide(claims)
      left += claims.length - work.sends.length - work.removals.length
      openGate(false)
      const gate = new Promise<boolean>((resolve) => {
        openGate = resolve
      })
      const page = { work, gate: options.isGated ? gate : null, left: gone }
      flights.add(async (onAnswer) => {
        const isUnsure = await movePage(context, session, publisher, flights, page, onAnswer)
        mustRecover ||= isUnsure
      })
    }
  } catch (error) {
    await end()
    throw error
  }
  await end()
  await flights.drain()
  return { claimed, mustRecover }

  async function end(): Promise<void> {
    // What came and was not decided is let go with the session.
    await upcoming?.catch(() => undefined)
    openGate(true)
    ledger.flush()
    await flights.land()
    await ledger.move('confirmed', gone.splice(0))
  }
}

/** Nothing when the run was asked to stop while it waited: what arrived meanwhile goes back with the session. */
async function nextClaims(
  { control }: RunContext,
  session: ClaimSession,
  max: number,
): Promise<readonly Claim[]> {
  const claims: Claim[] = []
  const beganMs = performance.now()
  try {
    do {
      const more = await session.next(max - claims.length, newCall(portTimeoutMs, control.signal))
      if (more.length === 0) break
      claims.push(...more)
      // What comes in drops is gathered for a moment: each page costs the store a transaction.
    } while (claims.length * 2 < max && session.ended === null && performance.now() - beganMs < gatherMs)
    return claims
  } catch (error) {
    // What was claimed before the break is let go with the session: nothing of it is written down yet.
    if (!control.goesOn) return []
    throw error
  }
}

function sizeAfter(claims: readonly Claim[], { pageSize, isGated }: PumpOptions, tookMs: number): number {
  const bytes = claims.reduce((sum, { message }) => sum + message.sizeBytes, 0)
  const byBytes = Math.floor(pageBytes / Math.max(1, bytes / claims.length))
  const bySpeed = isGated
    ? Math.max(leastPage, Math.round((claims.length * pageMs) / Math.max(1, tookMs)))
    : pageSize
  return Math.max(1, Math.min(pageSize, byBytes, bySpeed))
}

interface Page {
  readonly work: PageWork
  readonly gate: Promise<boolean> | null
  /** Rows whose copies have left the source: noted together with the next page, so that a page costs one transaction. */
  readonly left: LedgerUpdate[]
}

/** True when outcomes were unknown and can be asked of the target. */
async function movePage(
  context: RunContext,
  session: ClaimSession,
  publisher: Publisher | null,
  flights: Flights,
  { work, gate, left }: Page,
  onAnswer: () => void,
): Promise<boolean> {
  const { ledger, plan } = context
  const moving = isOneTransaction(context, session, work.sends)
  const outcomes = await sendPage(session, publisher, work.sends, moving)
  onAnswer()
  const fate = sortOutcomes(context, session, work.sends, outcomes)
  const isOver = moving || plan.settles === 'marks'
  const done = fate.confirmed.map(({ update }) => ({ ...update, state: 'settled' as const, reason: null }))
  await flights.inOrder(async () => {
    const updates = isOver ? done : fate.confirmed.map(({ update }) => update)
    const moves = [
      { from: 'intent', updates: [...updates, ...fate.others] },
      { from: 'confirmed', updates: left.splice(0) },
    ] as const
    await (flights.isAlone ? ledger.moveAll(moves) : ledger.moveSoon(moves))
    const isLast = (await gate) ?? false
    // A page before this one could not be settled: what is confirmed stays so, and is settled after a look.
    if (flights.isBroken) return
    const leaving = [
      ...(isOver ? [] : fate.confirmed.map(({ send }) => send.claim)),
      ...work.removals.map(({ claim }) => claim),
    ]
    const rows = [
      ...(isOver ? [] : fate.confirmed.map(({ send }) => send.row)),
      ...work.removals.map(({ row }) => row),
    ]
    if (isLast)
      await ledger.move(
        'confirmed',
        rows.map((row) => ({ row, state: 'confirmed', reason: lastPageReason })),
      )
    if (leaving.length > 0) await session.settle(leaving, 'remove', newCall(portTimeoutMs))
    left.push(...rows.map((row) => ({ row, state: 'settled' as const })))
  })
  if (fate.away !== null) throw new BrokerError('unreachable', fate.away)
  return fate.askTarget
}

/** Publishing and settling as one step, where the driver says so for every target of the page. */
function isOneTransaction(context: RunContext, session: ClaimSession, sends: readonly Send[]): boolean {
  const transaction = context.source.claim?.transaction
  if (!session.move || !transaction || context.plan.targetBroker !== context.plan.input.broker) return false
  const asked = new Map<string, boolean>()
  return sends.every(({ targetId, outgoing }) => {
    const known = asked.get(targetId) ?? transaction(context.plan.source, outgoing.target) !== null
    asked.set(targetId, known)
    return known
  })
}

async function sendPage(
  session: ClaimSession,
  publisher: Publisher | null,
  sends: readonly Send[],
  moving: boolean,
): Promise<readonly PublishOutcome[]> {
  if (sends.length === 0) return []
  const call = newCall(2 * portTimeoutMs)
  if (moving && session.move)
    return session.move(
      sends.map(({ claim, outgoing }) => ({ claim, outgoing })),
      call,
    )
  if (!publisher) throw new Error('A page to send without a publisher')
  return publisher.send(
    sends.map(({ outgoing }) => outgoing),
    call,
  )
}

function sortOutcomes(
  context: RunContext,
  session: ClaimSession,
  sends: readonly Send[],
  outcomes: readonly PublishOutcome[],
) {
  const confirmed: { readonly send: Send; readonly update: LedgerUpdate }[] = []
  /** Their copies stay in the source. */
  const others: LedgerUpdate[] = []
  let askTarget = false
  let away: string | null = null
  for (const [index, send] of sends.entries()) {
    const { row } = send
    const outcome = outcomes[index] ?? { state: 'unknown', reason: 'The driver gave no outcome' }
    if (outcome.state === 'confirmed') {
      const equals = (session.copiesSeen?.(send.claim.message.id) ?? 1) > 1
      const reason = equals ? equalCopiesReason : null
      const update = { row, state: 'confirmed', position: outcome.position ?? null, reason } as const
      confirmed.push({ send, update })
    } else if (outcome.state === 'refused' && outcome.code === 'unreachable') {
      // Never handed over: it is as if its turn had not come, and the run waits for the broker.
      others.push({ row, state: 'frozen' })
      away = outcome.reason
    } else if (outcome.state === 'refused') {
      others.push({ row, state: 'failed', reason: outcome.reason })
    } else if (context.targets.known.get(send.targetId)?.mark != null) {
      askTarget = true
    } else {
      others.push({ row, state: 'uncertain', reason: outcome.reason })
    }
  }
  return { confirmed, others, askTarget, away }
}
