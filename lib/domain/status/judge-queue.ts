import { countOf, formatCount, formatRate } from '../../format/number.ts'
import { formatDuration } from '../../format/time.ts'
import type { Verdict } from '../../schemas/need.ts'
import { isBroken } from '../destination-level.ts'
import { stillAfterMs } from '../movement.ts'
import type { QueueFacts } from './facts.ts'
import { type Decision, sayDuration, verdictOf, waitWords } from './words.ts'

/** A backlog worked off within so long is no backlog to speak of. */
const fineSeconds = 30
/** From so much of its limit on a queue is nearly full. */
const nearlyFull = 0.8

/**
 * What the facts say of a queue, in this order. Down: its own state says so. Dead letters: it is where rejects end
 * and some wait. Full: near the most it may hold. Stopped: messages wait and nobody consumes, or consumers take
 * nothing. Stalled: consumers hold messages and acknowledge none. Lagging: what waits does not get less. Retry and
 * parking queues are meant to hold what they hold.
 */
export function judgeQueue(facts: QueueFacts, nowMs: number): Verdict {
  return verdictOf(decide(facts, nowMs), { evidence: evidenceOf(facts), next: facts.next ?? null })
}

function decide(facts: QueueFacts, nowMs: number): Decision {
  const { depth, role, limit } = facts
  if (isBroken(facts.state)) return { state: 'down', sentence: `The broker calls it ${facts.state}.` }
  if (role === 'dead-letter') return deadLetters(facts)
  if (depth === null)
    return { state: 'unknown', sentence: `How much waits is not known: ${facts.unknownReason}.` }
  if (depth === 0) return { state: 'ok', sentence: 'Nothing waits here.' }
  if (limit !== null && limit > 0 && depth >= limit * nearlyFull)
    return {
      state: 'full',
      sentence: `It holds ${formatCount(depth)} of at most ${countOf(limit, 'message')}.`,
    }
  if (role !== null)
    return {
      state: 'ok',
      sentence:
        role === 'retry'
          ? `${waitWords(depth)} here to be tried again.`
          : `${waitWords(depth)} here, put aside by a person.`,
    }
  return consumption(facts, depth, nowMs)
}

function deadLetters(facts: QueueFacts): Decision {
  const { depth, unknownReason, origins, cause, consumers, grown } = facts
  const count = facts.open ?? depth
  if (count === null)
    return { state: 'unknown', sentence: `How many dead letters wait is not known: ${unknownReason}.` }
  if (count === 0) return { state: 'ok', sentence: 'No dead letters wait here.' }
  const growth =
    grown && grown.by > 0 ? `, ${formatCount(grown.by)} more than ${sayDuration(grown.overMs)} ago` : ''
  const sentences = [
    `${countOf(count, 'dead letter')} ${count === 1 ? 'waits' : 'wait'} here${growth}.`,
    ...(origins.length > 0 ? [`Rejects of ${nameSome(origins)} end here.`] : []),
    ...(cause ? [causeWords(cause)] : []),
    ...(consumers === 0 ? ['Nobody consumes it.'] : []),
  ]
  return { state: 'dead-letters', sentence: sentences.join(' ') }
}

function causeWords({ words, count, of }: NonNullable<QueueFacts['cause']>): string {
  if (of === 1) return `The one looked at says ${words}.`
  const who = count === of ? `All ${formatCount(of)}` : `${formatCount(count)} of ${formatCount(of)}`
  return `${who} looked at ${count === 1 ? 'says' : 'say'} ${words}.`
}

function consumption(facts: QueueFacts, depth: number, nowMs: number): Decision {
  const { consumers, unacked, ready, nobodyMs, unackedMs } = facts
  if (consumers === 0) {
    if (facts.hadConsumers && nobodyMs !== null && nobodyMs < stillAfterMs)
      return { state: 'unknown', sentence: `${waitWords(depth)} and its consumers have just gone.` }
    const how = nobodyMs !== null && nobodyMs >= stillAfterMs
    const since = how ? ` for ${facts.hadConsumers ? '' : 'at least '}${sayDuration(nobodyMs)}` : ''
    return {
      state: 'stopped',
      sentence: `${waitWords(depth)} and nobody has consumed${since}.`,
      sinceMs: how ? nowMs - nobodyMs : null,
      atLeast: !facts.hadConsumers,
    }
  }
  if (
    unacked !== null &&
    unacked > 0 &&
    unackedMs !== null &&
    unackedMs >= stillAfterMs &&
    facts.acking === 0
  ) {
    const sinceMs = nowMs - unackedMs
    const who =
      consumers === null
        ? 'Consumers hold'
        : consumers === 1
          ? 'The consumer holds'
          : `${countOf(consumers, 'consumer')} hold`
    const held =
      ready === 0 && unacked > 1 ? `all ${countOf(unacked, 'message')}` : countOf(unacked, 'message')
    const rest =
      ready !== null && ready > 0 ? ` while ${formatCount(ready)} more ${ready === 1 ? 'waits' : 'wait'}` : ''
    return {
      state: 'stalled',
      sentence: `${who} ${held}${rest}, and nothing has been acknowledged for ${sayDuration(unackedMs)}.`,
      sinceMs,
    }
  }
  return paceOf(facts, depth, nowMs)
}

function paceOf(facts: QueueFacts, depth: number, nowMs: number): Decision {
  const { arriving, leaving, waitingMs, consumers } = facts
  if (waitingMs === null || waitingMs < stillAfterMs) {
    if (facts.watchedMs !== null && facts.watchedMs >= stillAfterMs)
      return { state: 'ok', sentence: `It keeps up: ${waitWords(depth)}, and none did a moment ago.` }
    return { state: 'unknown', sentence: `${waitWords(depth)}. Whether they leave is not known yet.` }
  }
  if (leaving === null)
    return { state: 'unknown', sentence: `${waitWords(depth)}. How fast they leave is not known.` }
  const sinceMs = nowMs - waitingMs
  if (leaving === 0 && consumers !== null)
    return {
      state: 'stopped',
      sentence: `${waitWords(depth)} and ${consumers === 1 ? 'its consumer takes' : `its ${countOf(consumers, 'consumer')} take`} nothing.`,
      sinceMs: null,
    }
  const seconds = leaving > 0 ? depth / leaving : Number.POSITIVE_INFINITY
  if (seconds <= fineSeconds)
    return {
      state: 'ok',
      sentence: `It keeps up: ${waitWords(depth)}, about ${formatDuration(seconds * 1000)} of work.`,
    }
  if (arriving === null)
    return {
      state: 'lagging',
      sentence: `${waitWords(depth)}; ${formatRate(leaving)} a second leave.`,
      sinceMs,
    }
  const at = `${formatRate(arriving)} a second arrive, ${formatRate(leaving)} leave`
  if (arriving >= leaving)
    return { state: 'lagging', sentence: `${waitWords(depth)} and that does not get less: ${at}.`, sinceMs }
  const drain = formatDuration((depth / (leaving - arriving)) * 1000)
  return {
    state: 'lagging',
    sentence: `${waitWords(depth)} and will be gone in about ${drain}: ${at}.`,
    sinceMs,
  }
}

function evidenceOf(facts: QueueFacts): string[] {
  const { ready, unacked, consumers, arriving, leaving, limit, depth } = facts
  const lines: string[] = []
  if (ready !== null && unacked !== null)
    lines.push(`${formatCount(ready)} ready, ${formatCount(unacked)} held by consumers`)
  lines.push(consumers === null ? 'consumers not known' : countOf(consumers, 'consumer'))
  if (arriving !== null) lines.push(`${formatRate(arriving)} a second arrive`)
  if (leaving !== null) lines.push(`${formatRate(leaving)} a second leave`)
  if (limit !== null) lines.push(`at most ${countOf(limit, 'message')}`)
  if (depth === null) lines.push(`depth not known: ${facts.unknownReason}`)
  if (facts.origins.length > 3)
    lines.push(`dead letters of ${formatCount(facts.origins.length)} destinations`)
  lines.push(facts.watchedMs === null ? 'not watched so far' : `watched for ${sayDuration(facts.watchedMs)}`)
  return lines
}

function nameSome(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${formatCount(names.length - 3)} more` : ''
  return `${names.slice(0, 3).join(', ')}${more}`
}
