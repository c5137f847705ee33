import { countOf } from '../../format/number.ts'
import type { Verdict } from '../../schemas/need.ts'
import type { BrokerFacts, NodeFacts, ReplayFacts } from './facts.ts'
import { type Decision, verdictOf } from './words.ts'

/** Down, blocked, degraded, or none of them; a broker that was never read is unknown. */
export function judgeBroker(facts: BrokerFacts): Verdict {
  const evidence = [`address ${facts.address}`]
  if (facts.blocked !== null && facts.reason !== null) evidence.push(facts.reason)
  return verdictOf(decideBroker(facts), { evidence, next: facts.next ?? null })
}

function decideBroker({ state, reason, blocked, sinceMs }: BrokerFacts): Decision {
  if (state === 'down')
    return { state: 'down', sentence: asSentence(reason ?? 'It gives no answer'), sinceMs }
  if (state === 'connecting') return { state: 'unknown', sentence: 'It has not answered yet.', sinceMs }
  if (state === 'found') return { state: 'unknown', sentence: 'It was found and is not connected.' }
  if (blocked !== null) return { state: 'blocked', sentence: asSentence(blocked) }
  if (state === 'degraded')
    return { state: 'degraded', sentence: asSentence(reason ?? 'It gives no reason'), sinceMs }
  return { state: 'ok', sentence: 'It answers.', sinceMs }
}

/** One server of a broker: its state, then each trouble in its own sentence. */
export function judgeNode({ state, problems, role, next }: NodeFacts): Verdict {
  const evidence = [`state ${state}`, ...(role === null ? [] : [`role ${role}`]), ...problems.slice(1)]
  const [first] = problems
  return verdictOf(decideNode(state, first, problems.length), { evidence, next: next ?? null })
}

function decideNode(state: string, first: string | undefined, count: number): Decision {
  if (state === 'down') return { state: 'down', sentence: asSentence(first ?? 'It does not run') }
  const rest = count > 1 ? ` ${countOf(count - 1, 'more problem')} below.` : ''
  if (first !== undefined) return { state: 'degraded', sentence: `${asSentence(first)}${rest}` }
  if (state === 'unknown') return { state: 'unknown', sentence: 'Nothing is known of it.' }
  return { state: 'ok', sentence: 'It runs.' }
}

/** A run that failed, or that is not sure whether messages arrived. */
export function judgeReplay({ state, problem, uncertain, sinceMs, next }: ReplayFacts): Verdict {
  const judgement = { evidence: [`run ${state}`], next: next ?? null }
  if (uncertain > 0)
    return verdictOf(
      {
        state: 'degraded',
        sentence: `A replay is uncertain whether ${countOf(uncertain, 'message')} arrived.`,
        sinceMs,
      },
      judgement,
    )
  if (state === 'failed')
    return verdictOf(
      {
        state: 'degraded',
        sentence: `A replay failed: ${asSentence(problem ?? 'it gives no reason')}`,
        sinceMs,
      },
      judgement,
    )
  return verdictOf({ state: 'ok', sentence: 'The replay is as it should be.' }, judgement)
}

/** A broker's own words, ended as a sentence. */
function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
