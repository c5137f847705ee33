/** How long to wait from the beginning of one sample to the next, and why it is longer than wanted. */
export interface Sampling {
  readonly intervalMs: number
  /** What would be kept if samples were quick. */
  readonly wantedMs: number
}

/** Somebody looks: at most 5 s apart, less what a refresh may take. */
const watchedMs = 4_500
/** Nobody looks and something moves. */
const activeMs = 15_000
/** Nobody looks and nothing moved for a minute. */
const idleMs = 60_000
/** Reading may take this share of the time: the broker has other work. */
const budget = 0.3
/** Rates keep what they last saw for two minutes: a broker read more rarely would never have one. */
export const longestMs = 90_000

/**
 * The next interval. `tookMs`: what the last samples took, newest last; two in a row must be slow before it
 * backs off, for a single one may have met a pause of ours. It backs off by doubling until reading fits its budget.
 */
export function samplingOf(facts: {
  readonly isWatched: boolean
  /** Since when no value changed. */
  readonly stillMs: number
  readonly tookMs: readonly number[]
}): Sampling {
  const wantedMs = facts.isWatched ? watchedMs : facts.stillMs < idleMs ? activeMs : idleMs
  const tookMs = facts.tookMs.length < 2 ? 0 : Math.min(...facts.tookMs.slice(-2))
  let intervalMs = wantedMs
  while (tookMs > intervalMs * budget && intervalMs < longestMs) intervalMs *= 2
  return { intervalMs: Math.min(intervalMs, longestMs), wantedMs }
}

/** Up to a twentieth earlier, so that many brokers are not all read in the same instant. `random` in [0, 1). */
export function withJitter(intervalMs: number, random: number): number {
  return intervalMs * (1 - 0.05 * random)
}
