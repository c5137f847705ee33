import type { Level } from '@/components/ui/state-mark'
import { stillAfterMs } from '@/lib/domain/movement'
import { countOf, formatCount, formatRate } from '@/lib/format/number'
import { formatDuration } from '@/lib/format/time'

export interface PartFacts {
  readonly name: string
  /** Null: not known, whatever the reason. */
  readonly lag: number | null
  /** How long the commit has not moved while we watched; null: not watched. */
  readonly stillMs: number | null
  /** The commit was seen to move at least once; otherwise `stillMs` is only how long we watch. */
  readonly hasMoved: boolean
  /** Messages that arrived since the commit last moved; null: not countable. */
  readonly arrived: number | null
  readonly member: string | null
}

/** All a verdict may follow from. */
export interface GroupFacts {
  readonly part: 'partition' | 'stream'
  readonly state: string
  /** Null where they could not be read. */
  readonly members: number | null
  readonly parts: readonly PartFacts[]
  /** Why nothing is counted, where nothing is. */
  readonly unknownReason: string
  /** Delivered and not acknowledged for long, or again and again; null where the broker does not tell. */
  readonly overdue: {
    readonly entries: number
    readonly oldestMs: number
    readonly deliveries: number
  } | null
  /** Messages a second over the last minutes; null: not known. */
  readonly arriving: number | null
  readonly reading: number | null
  /** Nothing waited at least once in the last minutes. */
  readonly wasCaughtUp: boolean
  /** How long the group is watched; null: not at all. */
  readonly watchedMs: number | null
}

export type VerdictState = 'stopped' | 'stuck' | 'stalled' | 'lagging' | 'ok' | 'unknown'

export interface Verdict {
  readonly state: VerdictState
  readonly level: Level
  readonly word: string
  readonly sentence: string
  /** What it follows from, in short lines. */
  readonly evidence: readonly string[]
}

const words: Record<VerdictState, readonly [word: string, level: Level]> = {
  stopped: ['Stopped', 'crit'],
  stuck: ['Stuck in part', 'crit'],
  stalled: ['Stalled', 'crit'],
  lagging: ['Lagging', 'warn'],
  ok: ['OK', 'ok'],
  unknown: ['Unknown', 'unknown'],
}
/** A backlog read within so long is no lag to speak of. */
const fineSeconds = 30
/** Rates closer than this are the same. */
const steadyShare = 0.05

/**
 * What the facts say of a group, and nothing they do not. Stopped: messages wait and nothing moves. Stuck in part:
 * some partitions do not move, or some entries are not acknowledged, while others go on. Stalled: it fetches and
 * does not acknowledge. Lagging: it moves and is behind. OK: nothing waits, or what waits is read in a moment.
 */
export function judge(facts: GroupFacts): Verdict {
  const sorted = sortParts(facts)
  const { state, sentence } = decide(facts, sorted)
  const [word, level] = words[state]
  return { state, level, word, sentence, evidence: evidenceOf(facts, sorted) }
}

interface Sorted {
  readonly counted: readonly PartFacts[]
  readonly waiting: readonly PartFacts[]
  /** Messages wait and the commit has not moved for long. */
  readonly still: readonly PartFacts[]
  /** The commit was seen to move within the last minute. */
  readonly moving: readonly PartFacts[]
  /** Moved after the last of the still ones stopped. */
  readonly wentOn: readonly PartFacts[]
  readonly behind: number
}

function sortParts({ parts }: GroupFacts): Sorted {
  const counted = parts.filter((part) => part.lag !== null)
  const waiting = counted.filter((part) => (part.lag ?? 0) > 0)
  const still = waiting.filter((part) => part.stillMs !== null && part.stillMs >= stillAfterMs)
  const leastMs = still.reduce((least, part) => Math.min(least, part.stillMs ?? 0), Number.POSITIVE_INFINITY)
  return {
    counted,
    waiting,
    still,
    wentOn: counted.filter((part) => part.hasMoved && part.stillMs !== null && part.stillMs < leastMs),
    moving: counted.filter((part) => part.hasMoved && part.stillMs !== null && part.stillMs < stillAfterMs),
    behind: counted.reduce((sum, part) => sum + (part.lag ?? 0), 0),
  }
}

type Decision = Pick<Verdict, 'state' | 'sentence'>

function decide(facts: GroupFacts, { counted, waiting, still, moving, wentOn, behind }: Sorted): Decision {
  const { part, members, overdue, parts } = facts
  if (counted.length === 0)
    return { state: 'unknown', sentence: `The lag is not known: ${facts.unknownReason}.` }
  if (waiting.length === 0) {
    if (overdue && moving.length > 0)
      return { state: 'stuck', sentence: `${overdueWords(overdue)}, while others pass.` }
    if (overdue)
      return { state: 'stalled', sentence: `Everything was fetched, but ${overdueWords(overdue)}.` }
    const rest = parts.length - counted.length
    const except = rest > 0 ? ` in the ${countOf(counted.length, part)} that could be counted` : ''
    return { state: 'ok', sentence: `Nothing is waiting for this group${except}.` }
  }
  const waits = `${countOf(behind, 'message')} ${behind === 1 ? 'waits' : 'wait'}`
  if (still.length > 0 && (wentOn.length > 0 || still.length < waiting.length)) {
    const others =
      wentOn.length > 0
        ? `${formatCount(wentOn.length)} ${wentOn.length === 1 ? 'other has' : 'others have'} moved since`
        : 'of the others it is not known yet'
    return {
      state: 'stuck',
      sentence: `${nameParts(still, part)} ${still.length === 1 ? 'has' : 'have'} not moved for ${stillWords(still)}${arrivalWords(still)}; ${others}.`,
    }
  }
  if (still.length > 0) {
    if (overdue && members !== null && members > 0)
      return {
        state: 'stalled',
        sentence: `${waits} and nothing is committed for ${stillWords(still)}, but ${overdueWords(overdue)}.`,
      }
    const nobody = members === 0 ? ', and the group has no members' : ''
    return {
      state: 'stopped',
      sentence: `${waits} and nothing has moved for ${stillWords(still)}${arrivalWords(still)}${nobody}.`,
    }
  }
  if (moving.length > 0) return paceOf(facts, behind)
  if (facts.state.includes('rebalanc'))
    return { state: 'unknown', sentence: `${waits}. The group is rebalancing, ${watchWords(facts)}.` }
  if (members === 0) return { state: 'stopped', sentence: `${waits} and the group has no members.` }
  return { state: 'unknown', sentence: `${waits}. Whether it moves is not known yet: ${watchWords(facts)}.` }
}

/** It moves: does it keep up? */
function paceOf(facts: GroupFacts, behind: number): Decision {
  const { arriving, reading } = facts
  if (facts.wasCaughtUp)
    return {
      state: 'ok',
      sentence: `It keeps up: ${countOf(behind, 'message')} waiting, and none a moment ago.`,
    }
  if (arriving === null || reading === null)
    return { state: 'lagging', sentence: `It moves and is ${countOf(behind, 'message')} behind.` }
  const seconds = reading > 0 ? behind / reading : Number.POSITIVE_INFINITY
  if (seconds <= fineSeconds)
    return {
      state: 'ok',
      sentence: `It keeps up: ${countOf(behind, 'message')} waiting, about ${formatDuration(seconds * 1000)} of reading.`,
    }
  const at = `${formatRate(arriving)} a second arrive, ${formatRate(reading)} are read`
  const drain = drainOf(behind, arriving, reading)
  if (drain === 'never' && arriving - reading > arriving * steadyShare)
    return {
      state: 'lagging',
      sentence: `It is ${countOf(behind, 'message')} behind and falls further: ${at}.`,
    }
  if (drain === 'never')
    return { state: 'lagging', sentence: `It stays ${countOf(behind, 'message')} behind: ${at}.` }
  return {
    state: 'lagging',
    sentence: `It is ${countOf(behind, 'message')} behind and catches up in about ${formatDuration(drain)}: ${at}.`,
  }
}

/** How long until nothing waits at these rates. */
export function drainOf(behind: number, arriving: number, reading: number): number | 'never' {
  const net = reading - arriving
  if (net <= reading * steadyShare) return 'never'
  return (behind / net) * 1_000
}

function nameParts(parts: readonly PartFacts[], part: string): string {
  const names = parts.slice(0, 3).map((one) => one.name)
  if (parts.length > 3) return `${formatCount(parts.length)} ${part}s, among them ${names[0] ?? ''},`
  const last = names.pop() ?? ''
  return names.length === 0 ? `${capital(part)} ${last}` : `${capital(part)}s ${names.join(', ')} and ${last}`
}

/** The shortest of them: of all it is true. */
function stillWords(parts: readonly PartFacts[]): string {
  const shortest = parts.reduce((least, part) => ((part.stillMs ?? 0) < (least.stillMs ?? 0) ? part : least))
  return `${shortest.hasMoved ? '' : 'at least '}${formatDuration(shortest.stillMs ?? 0)}`
}

function arrivalWords(parts: readonly PartFacts[]): string {
  const counts = parts.map((part) => part.arrived).filter((count) => count !== null)
  const sum = counts.reduce((total, count) => total + count, 0)
  return sum > 0 ? ` while ${countOf(sum, 'message')} arrived` : ''
}

function overdueWords({ entries, oldestMs, deliveries }: NonNullable<GroupFacts['overdue']>): string {
  const are = entries === 1 ? 'is' : 'are'
  const tries = deliveries > 1 ? `, delivered up to ${formatCount(deliveries)} times` : ''
  return `${countOf(entries, 'delivered message')} ${are} not acknowledged (${formatDuration(oldestMs)} since the last delivery${tries})`
}

function watchWords({ watchedMs }: GroupFacts): string {
  return watchedMs === null ? 'not watched so far' : `watched for ${formatDuration(watchedMs)}`
}

function evidenceOf(facts: GroupFacts, { counted, waiting, still, moving }: Sorted): string[] {
  const { part, parts, members, arriving, reading, overdue } = facts
  const lines = [...still]
    .sort((a, b) => (b.lag ?? 0) - (a.lag ?? 0))
    .slice(0, 3)
    .map((one) => {
      const arrived = one.arrived === null ? '' : `, ${formatCount(one.arrived)} arrived since`
      const held = one.member ? `, held by ${one.member}` : ''
      return `${part} ${one.name}: ${formatCount(one.lag ?? 0)} behind, not moved for ${stillWords([one])}${arrived}${held}`
    })
  if (still.length > 3) lines.push(`${formatCount(still.length - 3)} more ${part}s that do not move`)
  if (moving.length > 0) lines.push(`${countOf(moving.length, part)} committed within the last minute`)
  else if (counted.length > 0 && waiting.length > 0 && still.length === 0)
    lines.push('no commit was seen so far')
  if (members === 0)
    lines.push(
      moving.length > 0 ? `no members, yet commits move: ${part}s are assigned by hand` : 'no members',
    )
  else
    lines.push(`${members === null ? 'members not known' : countOf(members, 'member')}, state ${facts.state}`)
  if (arriving !== null && reading !== null)
    lines.push(`${formatRate(arriving)} a second arrive, ${formatRate(reading)} are read`)
  if (overdue) lines.push(overdueWords(overdue))
  const rest = parts.length - counted.length
  if (rest > 0) lines.push(`${countOf(rest, part)} not counted: ${facts.unknownReason}`)
  lines.push(watchWords(facts))
  return lines
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
