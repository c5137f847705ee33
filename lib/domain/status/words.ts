import { countOf } from '../../format/number.ts'
import { formatDuration } from '../../format/time.ts'
import type { Need, StatusState, Verdict } from '../../schemas/need.ts'

/** One word for each state, and how bad it is. */
const words: Record<StatusState, readonly [word: string, level: Verdict['level']]> = {
  down: ['Down', 'crit'],
  blocked: ['Blocked', 'crit'],
  losing: ['Losing data', 'crit'],
  stopped: ['Stopped', 'crit'],
  stuck: ['Stuck in part', 'crit'],
  stalled: ['Stalled', 'crit'],
  'dead-letters': ['Dead letters', 'crit'],
  full: ['Nearly full', 'warn'],
  rewound: ['Rewound', 'warn'],
  degraded: ['Degraded', 'warn'],
  lagging: ['Lagging', 'warn'],
  unknown: ['Unknown', 'unknown'],
  ok: ['OK', 'ok'],
}

/** What follows from the facts, before it is put into the verdict's form. */
export interface Decision {
  readonly state: StatusState
  readonly sentence: string
  /** Since when, as epoch ms; null: not known. */
  readonly sinceMs?: number | null
  /** It may have begun before. */
  readonly atLeast?: boolean
}

export interface Judgement {
  readonly evidence: readonly string[]
  readonly next: Verdict['next']
}

/** A verdict of a decision: the word and the level belong to the state, and to nothing else. */
export function verdictOf(
  { state, sentence, sinceMs, atLeast = false }: Decision,
  { evidence, next }: Judgement,
): Verdict {
  const [word, level] = words[state]
  const since = sinceMs === undefined || sinceMs === null ? null : new Date(sinceMs).toISOString()
  return {
    state,
    level,
    word,
    sentence,
    evidence: [...evidence],
    since,
    ...(atLeast && since !== null ? { atLeast } : {}),
    next,
  }
}

const phrases: Partial<Record<StatusState, string>> = {
  stopped: 'has stopped',
  stuck: 'is stuck in part',
  stalled: 'is stalled',
  losing: 'is losing messages',
  rewound: 'was set back',
  lagging: 'is lagging',
  full: 'is nearly full',
  blocked: 'is blocked',
  degraded: 'is degraded',
  'dead-letters': 'holds dead letters',
}

/** "orders has stopped": what a row says first. */
export function headingOf({ subject, state, word }: Pick<Need, 'subject' | 'state' | 'word'>): string {
  if (state === 'down') return `${subject.name} is ${subject.kind === 'broker' ? 'unreachable' : 'down'}`
  return `${subject.name} ${phrases[state] ?? word.toLowerCase()}`
}

/** A few lines of markdown for whoever takes over. */
export function summarize(
  title: string,
  { word, sentence, since, atLeast, evidence }: Omit<Verdict, 'state' | 'level' | 'next'>,
  more: readonly string[] = [],
): string {
  return [
    `**${title}**: ${word}. ${sentence}`,
    ...(since === null ? [] : [`- since ${since}${atLeast ? ' at least' : ''}`]),
    ...more.map((line) => `- ${line}`),
    ...evidence.map((line) => `- ${line}`),
  ].join('\n')
}

/** From a minute on in whole minutes: a sentence that is read again a moment later says the same. */
export function sayDuration(ms: number): string {
  return formatDuration(ms < 60_000 ? ms : Math.floor(ms / 60_000) * 60_000)
}

/** "1 message waits", "900 messages wait". */
export function waitWords(count: number): string {
  return `${countOf(count, 'message')} ${count === 1 ? 'waits' : 'wait'}`
}
