import type { NeedQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import {
  factsOfGroup,
  factsOfQueue,
  isJudged,
  judgeGroup,
  judgeQueue,
  judgeReplay,
  neverWatched,
} from '../../lib/domain/status/index.ts'
import { replayPath } from '../../lib/format/paths.ts'
import type { Points } from '../../lib/format/points.ts'
import type { DestinationDetail } from '../../lib/schemas/destination.ts'
import type { Group } from '../../lib/schemas/group.ts'
import type { AcknowledgeInput, Need, NeedPage } from '../../lib/schemas/need.ts'
import type { OffsetReset } from '../../lib/schemas/offset.ts'
import type { Reading } from '../../lib/schemas/reading.ts'
import type { Replay } from '../../lib/schemas/replay.ts'
import { type Call, type Caller, encodeRef } from '../brokers/contract/index.ts'
import { type Snapshot, staleOf, type Watched } from '../sampler/index.ts'
import { findEvents } from './find-events.ts'
import { groupNeeds } from './group-needs.ts'
import { type Judged, judgeInTurns, type KnownOfDead, recentOf, type Watches } from './judge-broker.ts'
import { isHidden, NeedBook } from './need-book.ts'
import { checkedOf, problemsOf, readCursor, rootOf } from './needs-page.ts'
import type { StatusPorts } from './ports.ts'
import { withRest } from './rest.ts'
import { Teller } from './teller.ts'
import { GroupWatches } from './watch-groups.ts'
import { QueueWatches } from './watch-queues.ts'

export interface StatusEngine {
  /** Reads what was open when the console ended. */
  start(): Promise<void>
  /** A broker was read anew: what is seen from one reading to the next is taken in, and everything judged. */
  observe(brokerId: string, before: Snapshot | null, after: Snapshot): void
  /** An offset reset was applied, or moved on. */
  resetChanged(reset: OffsetReset): void
  /** A run moved. */
  replayChanged(run: Replay): void
  /** A broker's state may have changed: what needs a person is judged anew. */
  stateChanged(brokerId: string): void
  /** The broker went, or is another now. */
  forget(brokerId: string): void
  /** A group as it was read, with its verdict and what the verdict goes by. */
  withGroupVerdict(brokerId: string, group: Group): Group
  withDestinationVerdict(brokerId: string, destination: DestinationDetail): Promise<DestinationDetail>
  list(query: NeedQuery, call: Call): Promise<NeedPage>
  /** Throws `not_found`. */
  acknowledge(id: string, input: AcknowledgeInput, caller: Caller): Promise<Need>
  /** Throws `not_found`. */
  withdraw(id: string): Promise<Need>
  has(id: string): boolean
}

/** Verdicts so old are not given again for the same reading. */
const freshMs = 2_000
/** Beyond so many, others get a turn between two slices. */
const manyJudged = 200

/** Judges everything that is read, remembers what needs a person, and tells what changed. */
export function createStatus(ports: StatusPorts): StatusEngine {
  const { now } = ports
  const book = new NeedBook(ports.needs, ports.log)
  const watches = new Map<string, Watches>()
  const opens = new Map<string, ReadonlyMap<string, Reading>>()
  const states = new Map<string, string>()
  const judging = new Map<string, Promise<void>>()
  const last = new Map<string, { readonly snapshot: Snapshot | null; readonly atMs: number }>()
  const teller = new Teller(ports)

  function watchesOf(broker: string): Watches {
    const known = watches.get(broker)
    if (known) return known
    const made = {
      queues: new QueueWatches(),
      groups: new GroupWatches(),
      restOf: (group: string) => book.restOf(broker, group),
    }
    watches.set(broker, made)
    return made
  }

  /** What a broker is first seen in is no change. */
  function tellState(broker: string, was: string | undefined, { broker: { label }, health }: Watched): void {
    const key = downKey(broker)
    const { state, reason } = health
    if (state === 'down' && was !== undefined && was !== 'connecting') {
      teller.begin(key, { broker, kind: 'broker-down', text: `${label} went down: ${reason ?? 'no answer'}` })
      return
    }
    if (was !== 'down') return
    teller.end(key)
    void teller.tell({ broker, kind: 'broker-up', text: `${label} answers again` })
  }

  /** One at a time a broker: who asks meanwhile has it done once more behind it. */
  function judge(brokerId: string): Promise<void> {
    const before = judging.get(brokerId)
    const next = before ? before.then(() => judgeNow(brokerId)) : judgeNow(brokerId)
    const settled = next.catch((error: unknown) =>
      ports.log.error('a broker could not be judged', { broker: brokerId, error: String(error) }),
    )
    const done = settled.then(() => {
      if (judging.get(brokerId) === done) judging.delete(brokerId)
    })
    judging.set(brokerId, done)
    return done
  }

  async function judgeNow(brokerId: string): Promise<void> {
    const watched = findWatched(brokerId)
    if (!watched) return
    const { snapshot } = watched
    const nowMs = now()
    const stale = staleOf(watched, nowMs)
    // The facts are of the moment they were read in: what nobody read since has not stood still since.
    const factsMs = snapshot ? Math.min(snapshot.sampledAtMs, nowMs) : nowMs
    const judged: Judged[] = []
    for (const slice of judgeInTurns(
      stale === null ? watched : { ...watched, snapshot: null },
      ports.recentOf(brokerId),
      watchesOf(brokerId),
      knownOfDead(brokerId),
      factsMs,
    )) {
      if (judged.length >= manyJudged) await new Promise((resolve) => setImmediate(resolve))
      judged.push(...slice)
    }
    // It may have been taken away meanwhile.
    if (findWatched(brokerId) === undefined) return
    last.set(brokerId, { snapshot, atMs: nowMs })
    if (stale === null) book.take(brokerId, judged, nowMs)
    else {
      book.doubt(brokerId, stale)
      book.takeOnly(brokerId, judged, nowMs)
    }
  }

  function knownOfDead(brokerId: string): KnownOfDead {
    const causes = ports
      .sightingsOf(brokerId)
      .flatMap(({ ref, cause }) => (cause ? [[encodeRef(ref), cause] as const] : []))
    return { opens: opens.get(brokerId) ?? new Map(), causes: new Map(causes) }
  }

  function findWatched(brokerId: string): Watched | undefined {
    return ports.watched().find(({ broker }) => broker.id === brokerId)
  }

  /** What only the store knows: how many dead letters were replayed already. */
  async function count(brokerId: string, snapshot: Snapshot): Promise<void> {
    const found = new Map<string, Reading>()
    for (const row of snapshot.rows) {
      if (!row.deadLetter.isDeadLetter || row.info.internal) continue
      const { depth } = row.readings
      if (depth?.state === 'ok' && depth.value === 0) continue
      found.set(row.id, await ports.openOf(brokerId, row))
    }
    opens.set(brokerId, found)
  }

  async function refresh(brokerId: string, snapshot: Snapshot | null): Promise<void> {
    try {
      if (snapshot) await count(brokerId, snapshot)
    } catch (error) {
      ports.log.warn('dead letters could not be counted', { broker: brokerId, error: String(error) })
    }
    await judge(brokerId)
  }

  /** For a reader: what was judged a moment ago is not judged again, however many read. */
  async function freshenVerdicts({ broker: { id }, snapshot }: Watched): Promise<void> {
    await judging.get(id)
    const known = last.get(id)
    if (known?.snapshot === snapshot && now() - known.atMs < freshMs) return
    await refresh(id, snapshot)
  }

  async function judgeReplays(): Promise<void> {
    const judged = (await ports.replays()).flatMap((run): Judged[] => {
      if (run.dryRun) return []
      const verdict = judgeReplay({
        state: run.state,
        problem: run.problem ?? null,
        uncertain: run.counts.uncertain,
        sinceMs: run.finishedAt === null ? null : Date.parse(run.finishedAt),
        next: { label: 'Open run', href: replayPath(run.id) },
      })
      if (verdict.state === 'ok') return []
      const subject = { kind: 'replay', id: run.id, name: `Replay of ${run.source.name}` } as const
      return [{ broker: run.broker, subject, verdict, lossInMs: null, weight: 0, mark: [] }]
    })
    book.takeReplays(judged, now())
  }

  return {
    start: () => book.open(),
    observe(brokerId, before, after) {
      const seen = watchesOf(brokerId)
      // Roles found anew over the same values are no other look.
      if (before?.sampledAtMs !== after.sampledAtMs) {
        seen.queues.observe(after.rows, after.sampledAtMs)
        teller.rebalances(brokerId, seen.groups.observe(after.groups, after.sampledAtMs))
      }
      if (before) for (const news of findEvents(brokerId, before, after)) void teller.tell(news)
      void refresh(brokerId, after)
    },
    stateChanged(brokerId) {
      const watched = findWatched(brokerId)
      const was = states.get(brokerId)
      if (!watched || was === watched.health.state) return
      states.set(brokerId, watched.health.state)
      tellState(brokerId, was, watched)
      void judge(brokerId)
    },
    replayChanged: (run) => teller.replay(run),
    resetChanged: (reset) => teller.reset(reset),
    forget(brokerId) {
      watches.delete(brokerId)
      opens.delete(brokerId)
      states.delete(brokerId)
      last.delete(brokerId)
      teller.end(downKey(brokerId))
      book.forget(brokerId)
    },
    withGroupVerdict(brokerId, group) {
      const { groups } = watchesOf(brokerId)
      const nowMs = now()
      const lag = withRest(group.lag, book.restOf(brokerId, group.id))
      const lines = recentOf(brokerId, group.id, ports.recentOf(brokerId), nowMs)
      const facts = factsOfGroup(
        brokerId,
        { ...group, lag },
        lines,
        nowMs,
        groups.rebalanceOf(group.id, nowMs),
      )
      const pace = {
        arriving: rateOf(facts.arriving, lines.inRate, group, nowMs),
        reading: rateOf(facts.reading, lines.outRate, group, nowMs),
      }
      return { ...group, lag, pace, verdict: judgeGroup(facts, nowMs) }
    },
    async withDestinationVerdict(brokerId, destination) {
      if (!isJudged(destination)) return destination
      const nowMs = now()
      const row = findWatched(brokerId)?.snapshot?.byId.get(destination.id)
      const watch = row ? watchesOf(brokerId).queues.watchOf(row, nowMs) : neverWatched
      // What is shown beside the verdict is what it is judged by, read in the same moment.
      const read = row && { ...row, readings: destination.readings, deadLetter: destination.deadLetter }
      const open = read?.deadLetter.isDeadLetter ? await ports.openOf(brokerId, read) : undefined
      const cause = knownOfDead(brokerId).causes.get(destination.id)
      return {
        ...destination,
        verdict: judgeQueue(factsOfQueue(brokerId, destination, open, watch, cause), nowMs),
      }
    },
    async list({ broker, acknowledged = false, limit, cursor }, call) {
      const asked = ports.watched().filter((one) => broker === undefined || one.broker.id === broker)
      await Promise.all(
        asked.map(({ broker: { id } }) =>
          ports.freshen(id, call).catch((error: unknown) => {
            if (call.signal.aborted) throw error
          }),
        ),
      )
      const known = ports.watched().filter((one) => broker === undefined || one.broker.id === broker)
      for (const one of known) await freshenVerdicts(one)
      await judgeReplays()
      const roots = new Map(known.map((one) => [one.broker.id, rootOf(one.broker, one.snapshot)]))
      const open = book
        .list(now())
        .filter(({ need }) => broker === undefined || need.broker === broker)
        .filter(({ need }) => acknowledged || !isHidden(need, now()))
      const needs = groupNeeds(open, roots)
      const start = readCursor(cursor)
      const items = needs.slice(start, start + limit)
      const end = start + items.length
      return {
        items,
        nextCursor: end < needs.length ? `n${end}` : null,
        total: needs.length,
        checked: checkedOf(known),
        problems: known.flatMap(problemsOf),
      }
    },
    async acknowledge(id, { note, minutes }, { actor }) {
      const atMs = now()
      const untilMs = minutes === undefined ? null : atMs + minutes * 60_000
      const need = await book.acknowledge(id, { by: actor, atMs, note, untilMs }, atMs)
      if (!need) throw new AppError('not_found', 'It is over: there is no such need any more')
      return need
    },
    async withdraw(id) {
      const need = await book.acknowledge(id, null, now())
      if (!need) throw new AppError('not_found', 'It is over: there is no such need any more')
      return need
    },
    has: (id) => book.has(id),
  }
}

/** What lasts as long as a broker is down, for the teller. */
const downKey = (broker: string) => `down ${broker}`

/** A mean of the last minutes, of the time of its newest value; of a group that is not read any more it is what it was. */
function rateOf(value: number | null, line: Points | null, { total }: Group, nowMs: number): Reading {
  const at = (ms: number) => new Date(ms).toISOString()
  if (value === null || !line)
    return { state: 'unavailable', reason: 'Not watched for long enough', at: at(nowMs) }
  const behind = line.points.length - 1 - line.points.findLastIndex((point) => point !== null)
  const newestMs = Math.min(nowMs, Date.parse(line.at) - behind * line.stepMs)
  const rate = { state: 'ok', value, unit: 'per-second', at: at(newestMs), quality: 'approximate' } as const
  const isStale = total.state === 'unavailable' && total.last !== undefined
  return isStale ? { state: 'unavailable', reason: total.reason, at: at(nowMs), last: rate } : rate
}
