import { knownValue } from '../../lib/domain/known-value.ts'
import {
  factsOfGroup,
  factsOfQueue,
  isJudged,
  judgeBroker,
  judgeGroup,
  judgeNode,
  judgeQueue,
  nothingRecent,
  type QueueFacts,
} from '../../lib/domain/status/index.ts'
import { brokerPath } from '../../lib/format/paths.ts'
import type { Points } from '../../lib/format/points.ts'
import type { Need, Verdict } from '../../lib/schemas/need.ts'
import type { Reading } from '../../lib/schemas/reading.ts'
import type { NodeSample } from '../brokers/contract/index.ts'
import type { GroupRow, Row, Watched } from '../sampler/index.ts'
import type { RecentSeries } from '../series/index.ts'
import { markOf, type Rest, withRest } from './rest.ts'
import type { GroupWatches } from './watch-groups.ts'
import type { QueueWatches } from './watch-queues.ts'

/** One verdict with what it is of. */
export interface Judged {
  readonly broker: string
  readonly subject: Need['subject']
  readonly verdict: Verdict
  /** In about how long messages are lost; null: not known, or never. */
  readonly lossInMs: number | null
  /** How much it is about, for the order of equals. */
  readonly weight: number
  /** Where the commits of what stands still are: proof, over a restart of the console, that they did not move. */
  readonly mark: readonly string[]
}

export interface Watches {
  readonly queues: QueueWatches
  readonly groups: GroupWatches
  /** What was known of a group's rest before the console started. */
  readonly restOf: (groupId: string) => Rest | null
}

/** What is known of dead letters beside their number. */
export interface KnownOfDead {
  /** Those nobody has replayed, by row id. */
  readonly opens: ReadonlyMap<string, Reading>
  /** What they died of, by row id. */
  readonly causes: ReadonlyMap<string, NonNullable<QueueFacts['cause']>>
}

/** So many groups, or queues, are judged before others get a turn. */
const groupsATurn = 100
const rowsATurn = 2_000

/**
 * Everything of one broker that is judged, whatever the verdict, in slices: thousands of groups take longer than a
 * process may be deaf.
 */
export function* judgeInTurns(
  watched: Watched,
  recent: RecentSeries | null,
  watches: Watches,
  known: KnownOfDead,
  nowMs: number,
): Generator<readonly Judged[]> {
  const { broker, snapshot } = watched
  yield [judgeOne(watched), ...(snapshot?.nodes ?? []).map((node) => judgeNodeOf(broker.id, node))]
  for (const groups of slices(snapshot?.groups ?? [], groupsATurn))
    yield groups.map((row) => judgeGroupRow(broker.id, row, recent, watches, nowMs))
  for (const rows of slices(snapshot?.rows ?? [], rowsATurn))
    yield rows.flatMap((row) => judgeRow(broker.id, row, watches, known, nowMs) ?? [])
}

function* slices<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size)
}

function judgeNodeOf(broker: string, node: NodeSample): Judged {
  const verdict = judgeNode({
    state: node.state,
    role: node.role ?? null,
    problems: node.problems.map((problem) => problem.message),
    next: { label: 'Open nodes', href: brokerPath(broker, { tab: 'nodes' }) },
  })
  return judgedOf(broker, { kind: 'node', id: node.id, name: node.name }, verdict)
}

function judgeOne({ broker, health, snapshot }: Watched): Judged {
  const verdict = judgeBroker({
    state: health.state,
    reason: health.reason,
    blocked: snapshot?.blocked ?? null,
    address: broker.address,
    sinceMs: health.sinceMs,
    next: { label: 'Open broker', href: brokerPath(broker.id) },
  })
  return judgedOf(broker.id, { kind: 'broker', id: broker.id, name: broker.label }, verdict)
}

/** Null where it is not judged, or nothing waits in it: most queues, and a look at them must cost nothing. */
function judgeRow(
  broker: string,
  row: Row,
  { queues }: Watches,
  { opens, causes }: KnownOfDead,
  nowMs: number,
): Judged | null {
  const { info, state, readings, deadLetter, id } = row
  const { depth } = readings
  const open = opens.get(id)
  if (depth?.state === 'ok' && depth.value === 0 && open === undefined && state !== 'down') {
    if (/^(running|idle|online|active|ready|ok)$/.test(state)) return null
  }
  const { type } = info.ref
  const read = { id, type, state, readings, deadLetter, internal: info.internal }
  if (!isJudged(read)) return null
  const verdict = judgeQueue(
    factsOfQueue(broker, read, open, queues.watchOf(row, nowMs), causes.get(id)),
    nowMs,
  )
  const subject = { kind: 'destination', id, name: info.ref.name } as const
  return { ...judgedOf(broker, subject, verdict), weight: knownValue(depth) ?? 0 }
}

function judgeGroupRow(
  broker: string,
  { id, sample }: GroupRow,
  recent: RecentSeries | null,
  { groups, restOf }: Watches,
  nowMs: number,
): Judged {
  const isQuiet = nothingWaits(sample)
  const moved = isQuiet ? sample.lag : (recent?.withMovement(id, sample.lag, nowMs) ?? sample.lag)
  const lag = withRest(moved, restOf(id))
  const lines = isQuiet ? nothingRecent : recentOf(broker, id, recent, nowMs)
  const facts = factsOfGroup(broker, { ...sample, id, lag }, lines, nowMs, groups.rebalanceOf(id, nowMs))
  const judged = judgedOf(broker, { kind: 'group', id, name: sample.name }, judgeGroup(facts, nowMs))
  const weight = sample.total.state === 'ok' ? sample.total.value : 0
  return { ...judged, weight, mark: markOf(lag, nowMs), lossInMs: facts.lossInMs ?? null }
}

/** Most groups are caught up, and a look at them must cost nothing. */
function nothingWaits({ total, pending }: GroupRow['sample']): boolean {
  return total.state === 'ok' && total.value === 0 && (pending?.length ?? 0) === 0
}

/** The last minutes of a group, as its verdict has them. */
export function recentOf(broker: string, id: string, recent: RecentSeries | null, nowMs: number) {
  if (!recent) return nothingRecent
  const { items, since, stepMs, at } = recent.read(
    broker,
    { metrics: ['lag', 'inRate', 'outRate'], groups: [id] },
    nowMs,
  )
  const line = (metric: string): Points | null => {
    const item = items.find((one) => one.metric === metric)
    return item ? { points: item.points, quality: item.quality, since, stepMs, at } : null
  }
  return { lag: line('lag'), inRate: line('inRate'), outRate: line('outRate') }
}

function judgedOf(broker: string, subject: Need['subject'], verdict: Verdict): Judged {
  return { broker, subject, verdict, lossInMs: null, weight: 0, mark: [] }
}
