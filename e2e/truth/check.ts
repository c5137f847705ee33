import type { Bounds, Truth } from './bounds.ts'

/** A reading as the API told it, and when we heard it. */
export interface Told {
  readonly subject: string
  readonly metric: string
  readonly heardMs: number
  readonly reading: {
    readonly state: string
    readonly value?: number
    readonly at?: string
    readonly quality?: string
    readonly reason?: string
  }
}

/** Something was done to a broker or the console: until a while after, unknown is the honest answer. */
export interface Fault {
  readonly what: string
  readonly subject: string
  readonly fromMs: number
  untilMs: number
}

export interface Finding {
  readonly kind: 'wrong' | 'stale' | 'unknown'
  readonly subject: string
  readonly metric: string
  readonly detail: string
}

/** Values are sampled every 5 s while watched; an approximate one is set back by its worst age, 10 s at most. */
const freshMs = { exact: 6_500, approximate: 17_500, estimated: 17_500 } as const
const stepMs = 50
/** The broker held a value somewhere between asking and hearing; its `at` is one moment of that. */
const slackMs = 1_500
/** The samples a rate is made of are at most so far apart. */
const longestMs = 20_000

/**
 * Whether a told count was true at some moment it may stand for: from shortly before its `at` to when it was heard,
 * at most as long as its quality allows. Null: right, or nobody knew the truth then.
 */
export function checkCount(told: Told, truth: Truth): Finding | null {
  const stale = checkAge(told)
  if (stale) return stale
  const window = windowOf(told)
  if (!window) return null
  const seen: Bounds[] = []
  for (let atMs = window.fromMs; atMs <= window.toMs; atMs += stepMs) {
    const bounds = truth(atMs)
    if (!bounds) return null
    if (window.value >= bounds.low && window.value <= bounds.high) return null
    seen.push(bounds)
  }
  if (seen.length === 0) return null
  const low = Math.min(...seen.map((one) => one.low))
  const high = Math.max(...seen.map((one) => one.high))
  return find(told, 'wrong', `told ${window.value}, was between ${low} and ${high}`)
}

/** A rate is true when the count it was made of grew so over some stretch of the length samples are apart. */
export function checkRate(told: Told, count: Truth, tolerance = 0.05): Finding | null {
  const stale = checkAge(told)
  if (stale) return stale
  const window = windowOf(told)
  if (!window) return null
  if (window.value < 0) return find(told, 'wrong', `negative: ${window.value}`)
  // Just made: the console may have begun to count at a moment before the clients know anything.
  if (!count(window.fromMs - longestMs)) return null
  let [low, high, known] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (let toMs = window.fromMs; toMs <= window.toMs; toMs += 4 * stepMs) {
    const end = count(toMs)
    for (let lengthMs = 4_000; lengthMs <= 32_000; lengthMs += 500) {
      const begin = count(toMs - lengthMs)
      if (!begin || !end) continue
      known += 1
      low = Math.min(low, (end.low - begin.high) / (lengthMs / 1_000))
      high = Math.max(high, (end.high - begin.low) / (lengthMs / 1_000))
    }
  }
  if (known === 0) return null
  const slack = Math.max(0.5, high * tolerance)
  if (window.value >= low - slack && window.value <= high + slack) return null
  return find(told, 'wrong', `told ${window.value}/s, was between ${low.toFixed(2)} and ${high.toFixed(2)}`)
}

/** Unknown needs a cause: a fault of its subject that is going on or was a moment ago. */
export function checkUnknown(told: Told, faults: readonly Fault[], settleMs = 20_000): Finding | null {
  if (told.reading.state === 'ok') return null
  const isCaused = faults.some(
    (fault) =>
      (fault.subject === '*' || told.subject.startsWith(fault.subject)) &&
      told.heardMs >= fault.fromMs &&
      told.heardMs <= fault.untilMs + settleMs,
  )
  return isCaused ? null : find(told, 'unknown', told.reading.reason ?? told.reading.state)
}

function checkAge(told: Told): Finding | null {
  const { state, at, quality } = told.reading
  if (state !== 'ok' || at === undefined) return null
  const ageMs = told.heardMs - Date.parse(at)
  const limitMs = freshMs[(quality ?? 'exact') as keyof typeof freshMs] ?? freshMs.exact
  return ageMs <= limitMs
    ? null
    : find(told, 'stale', `${quality ?? ''} value of ${ageMs} ms ago, told as current`)
}

function windowOf({ reading, heardMs }: Told): { value: number; fromMs: number; toMs: number } | null {
  if (reading.state !== 'ok' || reading.value === undefined || reading.at === undefined) return null
  const atMs = Date.parse(reading.at)
  const lastMs = reading.quality === 'exact' ? atMs + slackMs : heardMs
  return { value: reading.value, fromMs: atMs - slackMs, toMs: Math.min(heardMs, lastMs) }
}

function find(told: Told, kind: Finding['kind'], detail: string): Finding {
  return { kind, subject: told.subject, metric: told.metric, detail }
}
