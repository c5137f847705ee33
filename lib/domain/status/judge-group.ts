import { countOf, formatCount, formatRate } from '../../format/number.ts'
import { formatDuration } from '../../format/time.ts'
import type { Verdict } from '../../schemas/need.ts'
import { drainOf, steadyShare } from '../drain.ts'
import { stillLimitMs } from '../movement.ts'
import type { GroupFacts, PartFacts } from './facts.ts'
import { evidenceOf, overdueWords, shortestOf, stillWords, watchWords } from './group-evidence.ts'
import { type Decision, sayDuration, verdictOf, waitWords } from './words.ts'

/** A backlog read within so long is no lag to speak of. */
const fineSeconds = 30
/** A rebalance that takes longer than this is trouble of its own. */
const longRebalanceMs = 120_000
/** A loss that is further away is no sentence of its own. */
const nearLossMs = 24 * 3_600_000
/** Commit and abort markers of transactions take offsets that nobody can commit: up to so many a partition. */
const residue = 2

/**
 * What the facts say of a group, and nothing they do not; in this order. Losing: the log dropped what it had not
 * read. While it rebalances, and for two samples after, nothing is held against it. OK: nothing waits, what waits is
 * marker residue, or it is read in a moment. Stopped: messages wait and nothing moves. Stuck in part: some
 * partitions do not move, or some entries are not acknowledged, while others go on. Stalled: it fetches and does not
 * acknowledge. Rewound: a commit was set back and is not yet where it was. Lagging: it moves and is behind.
 */
export function judgeGroup(facts: GroupFacts, nowMs: number): Verdict {
  const sorted = sortParts(facts)
  const decision = withLoss(facts, hold(facts, sorted, decide(facts, sorted, nowMs)))
  return verdictOf(decision, { evidence: evidenceOf(facts, sorted), next: facts.next ?? null })
}

export interface SortedParts {
  readonly counted: readonly PartFacts[]
  readonly waiting: readonly PartFacts[]
  /** Messages wait and the commit has not moved for long. */
  readonly still: readonly PartFacts[]
  /** The commit was seen to move within the last minute, or within its own pace. */
  readonly moving: readonly PartFacts[]
  /** Moved after the last of the still ones stopped. */
  readonly wentOn: readonly PartFacts[]
  readonly rewound: readonly PartFacts[]
  readonly behind: number
}

function sortParts({ parts }: GroupFacts): SortedParts {
  const counted = parts.filter((part) => part.lag !== null)
  const waiting = counted.filter((part) => (part.lag ?? 0) > 0)
  const rests = (part: PartFacts) => part.stillMs !== null && part.stillMs >= stillLimitMs(part.spanMs)
  const still = waiting.filter(rests)
  const leastMs = still.reduce((least, part) => Math.min(least, part.stillMs ?? 0), Number.POSITIVE_INFINITY)
  return {
    counted,
    waiting,
    still,
    wentOn: counted.filter((part) => part.hasMoved && part.stillMs !== null && part.stillMs < leastMs),
    moving: counted.filter((part) => part.hasMoved && part.stillMs !== null && !rests(part)),
    rewound: waiting.filter((part) => part.rewound),
    behind: counted.reduce((sum, part) => sum + (part.lag ?? 0), 0),
  }
}

function decide(facts: GroupFacts, sorted: SortedParts, nowMs: number): Decision {
  const { part, overdue, parts } = facts
  const { counted, waiting, still, moving } = sorted
  if (counted.length === 0)
    return { state: 'unknown', sentence: `The lag is not known: ${facts.unknownReason}.` }
  if (waiting.length === 0) {
    if (overdue) return overdueDecision(overdue, moving.length > 0, nowMs)
    const rest = parts.length - counted.length
    const except = rest > 0 ? ` in the ${countOf(counted.length, part)} that could be counted` : ''
    return { state: 'ok', sentence: `Nothing is waiting for this group${except}.` }
  }
  if (isResidue(facts, sorted)) return residueDecision(sorted)
  if (still.length > 0) return stillDecision(facts, sorted, nowMs)
  if (sorted.rewound.length > 0) return rewoundDecision(facts, sorted, nowMs)
  if (moving.length > 0) return paceOf(facts, sorted.behind)
  const waits = waitWords(sorted.behind)
  if (facts.members === 0) return { state: 'stopped', sentence: `${waits} and the group has no members.` }
  return { state: 'unknown', sentence: `${waits}. Whether it moves is not known yet: ${watchWords(facts)}.` }
}

function overdueDecision(
  overdue: NonNullable<GroupFacts['overdue']>,
  othersPass: boolean,
  nowMs: number,
): Decision {
  const sinceMs = nowMs - overdue.oldestMs
  if (othersPass) return { state: 'stuck', sentence: `${overdueWords(overdue)}, while others pass.`, sinceMs }
  return { state: 'stalled', sentence: `Everything was fetched, but ${overdueWords(overdue)}.`, sinceMs }
}

/** What markers leave behind looks like this, and so does nothing else that members would not have read. */
function isResidue({ part, state, members, overdue }: GroupFacts, { waiting, still }: SortedParts): boolean {
  return (
    part === 'partition' &&
    state === 'stable' &&
    members !== 0 &&
    overdue === null &&
    still.length === waiting.length &&
    waiting.every(
      (one) => (one.lag ?? 0) <= residue && one.arrived === 0 && !one.rewound && one.isMessage !== true,
    )
  )
}

function residueDecision({ behind, waiting }: SortedParts): Decision {
  const what = behind === 1 ? '1 position is' : `${formatCount(behind)} positions are`
  return {
    state: 'ok',
    sentence: `It is caught up: ${what} left, as many as markers of transactions take, and nothing has arrived for ${stillWords(waiting)}.`,
  }
}

function stillDecision(facts: GroupFacts, sorted: SortedParts, nowMs: number): Decision {
  const { part, members, overdue } = facts
  const { still, waiting, wentOn, behind } = sorted
  const shortest = shortestOf(still)
  const since = { sinceMs: nowMs - (shortest.stillMs ?? 0), atLeast: !shortest.hasMoved }
  if (wentOn.length > 0 || still.length < waiting.length) {
    const others =
      wentOn.length > 0
        ? `${formatCount(wentOn.length)} ${wentOn.length === 1 ? 'other has' : 'others have'} moved since`
        : 'of the others it is not known yet'
    return {
      state: 'stuck',
      sentence: `${nameParts(still, part)} ${still.length === 1 ? 'has' : 'have'} not moved for ${stillWords(still)}${arrivalWords(still)}; ${others}.`,
      ...since,
    }
  }
  const waits = waitWords(behind)
  if (members !== 0 && overdue)
    return {
      state: 'stalled',
      sentence: `${waits} and nothing is committed for ${stillWords(still)}, but ${overdueWords(overdue)}.`,
      ...since,
    }
  if (members !== 0 && facts.isFetching)
    return {
      state: 'stalled',
      sentence: `${waits} and nothing is committed for ${stillWords(still)}${arrivalWords(still)}, but its members ask for messages.`,
      ...since,
    }
  const nobody = members === 0 ? ', and the group has no members' : ''
  return {
    state: 'stopped',
    sentence: `${waits} and nothing has moved for ${stillWords(still)}${arrivalWords(still)}${nobody}.`,
    ...since,
  }
}

function rewoundDecision({ part }: GroupFacts, { rewound }: SortedParts, nowMs: number): Decision {
  const counts = rewound.map((one) => one.rewound?.messages ?? null)
  const sum = counts.reduce<number | null>(
    (total, count) => (total === null || count === null ? null : total + count),
    0,
  )
  const agoMs = Math.max(...rewound.map((one) => one.rewound?.agoMs ?? 0))
  const by = sum === null ? '' : ` by ${countOf(sum, 'message')}`
  const [was, has] =
    rewound.length === 1
      ? ['was', 'has not come back to its place']
      : ['were', 'have not come back to their places']
  return {
    state: 'rewound',
    sentence: `${nameParts(rewound, part)} ${was} set back${by} ${sayDuration(agoMs)} ago and ${has}: messages are read again.`,
    sinceMs: nowMs - agoMs,
  }
}

/** Nothing that looks like standing still is held against a group that is being assigned anew. */
function hold(facts: GroupFacts, { behind }: SortedParts, decision: Decision): Decision {
  const { rebalance } = facts
  const { state, sentence } = decision
  if (!rebalance || !['stopped', 'stuck', 'stalled', 'rewound', 'unknown'].includes(state) || behind === 0)
    return decision
  const waits = waitWords(behind)
  if (rebalance.isOver)
    return {
      state: 'unknown',
      sentence: `${waits}. The group has just been rebalanced, ${watchWords(facts)}.`,
    }
  if (rebalance.forMs < longRebalanceMs)
    return { state: 'unknown', sentence: `${waits}. The group is rebalancing, ${watchWords(facts)}.` }
  const long = `the group has been rebalancing for ${sayDuration(rebalance.forMs)}`
  if (state === 'unknown') return { state: 'stopped', sentence: `${waits} and ${long}.` }
  return { ...decision, sentence: `${sentence.replace(/\.$/, '')}; ${long}.` }
}

/** Loss is told first, whatever else is true; what else is wrong is told with it. One that is near is told last. */
function withLoss({ parts, part, lossInMs = null }: GroupFacts, decision: Decision): Decision {
  const losing = parts.filter((one) => (one.lost ?? 0) > 0)
  if (losing.length === 0 && (lossInMs === null || lossInMs > nearLossMs || decision.state === 'ok'))
    return decision
  if (losing.length === 0) {
    const soon = formatDuration(lossInMs ?? 0)
    return {
      ...decision,
      sentence: `${decision.sentence} The log drops what it has not read in about ${soon}.`,
    }
  }
  const sum = losing.reduce((total, one) => total + (one.lost ?? 0), 0)
  const where = losing.length === 1 ? `${part} ${losing[0]?.name}` : `${formatCount(losing.length)} ${part}s`
  const sentence = `${countOf(sum, 'message')} of ${where} ${sum === 1 ? 'was' : 'were'} dropped by the log before this group read ${sum === 1 ? 'it' : 'them'}.`
  const isBad = ['stopped', 'stuck', 'stalled', 'rewound'].includes(decision.state)
  return {
    state: 'losing',
    sentence: isBad ? `${sentence} ${decision.sentence}` : sentence,
    sinceMs: decision.sinceMs ?? null,
    atLeast: decision.atLeast ?? false,
  }
}

/** It moves: does it keep up? */
function paceOf(facts: GroupFacts, behind: number): Decision {
  const { arriving, reading, neverFell } = facts
  if (facts.wasCaughtUp)
    return {
      state: 'ok',
      sentence: `It keeps up: ${countOf(behind, 'message')} waiting, and none a moment ago.`,
    }
  const grew =
    neverFell && neverFell.from < behind
      ? `, and that has only grown for ${sayDuration(neverFell.overMs)} (from ${formatCount(neverFell.from)})`
      : ''
  if (arriving === null || reading === null)
    return { state: 'lagging', sentence: `It moves and is ${countOf(behind, 'message')} behind${grew}.` }
  const seconds = reading > 0 ? behind / reading : Number.POSITIVE_INFINITY
  if (seconds <= fineSeconds)
    return {
      state: 'ok',
      sentence: `It keeps up: ${countOf(behind, 'message')} waiting, about ${formatDuration(seconds * 1000)} of reading.`,
    }
  const at = `${formatRate(arriving)} a second arrive, ${formatRate(reading)} are read`
  const drain = drainOf(behind, arriving, reading)
  // A rate is a mean: where the lag itself did not fall, it does not catch up.
  if (drain !== 'never' && grew)
    return { state: 'lagging', sentence: `It is ${countOf(behind, 'message')} behind${grew}: ${at}.` }
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

function nameParts(parts: readonly PartFacts[], part: string): string {
  const names = parts.slice(0, 3).map((one) => one.name)
  if (parts.length > 3) return `${formatCount(parts.length)} ${part}s, among them ${names[0] ?? ''},`
  const last = names.pop() ?? ''
  return names.length === 0 ? `${capital(part)} ${last}` : `${capital(part)}s ${names.join(', ')} and ${last}`
}

function arrivalWords(parts: readonly PartFacts[]): string {
  const counts = parts.map((part) => part.arrived).filter((count) => count !== null)
  const sum = counts.reduce((total, count) => total + count, 0)
  return sum > 0 ? ` while ${countOf(sum, 'message')} arrived` : ''
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
