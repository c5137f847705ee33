/** How a worker works at the moment; a person changes it while the demo runs. */
export const moods = ['healthy', 'broken', 'slow'] as const
export type Mood = (typeof moods)[number]

/** What became of messages: done, failed once, skipped as known, dead-lettered. */
export type Outcome = 'done' | 'failed' | 'skipped' | 'dead'
export type Tally = Readonly<Record<Outcome, number>>

export const maxRate = 500

/** Everything a person can change, and what is counted for them. No broker is known here. */
export class Control {
  #rate: number
  readonly #moods = new Map<string, Mood>()
  readonly #tallies = new Map<string, Record<Outcome, number>>()

  constructor(rate: number) {
    this.#rate = clampRate(rate)
  }

  /** Orders a second. */
  get rate(): number {
    return this.#rate
  }

  set rate(rate: number) {
    this.#rate = clampRate(rate)
  }

  moodOf(worker: string): Mood {
    return this.#moods.get(worker) ?? 'healthy'
  }

  setMood(worker: string, mood: Mood): void {
    this.#moods.set(worker, mood)
  }

  count(worker: string, outcome: Outcome, times = 1): void {
    const tally = this.#tallies.get(worker) ?? { done: 0, failed: 0, skipped: 0, dead: 0 }
    tally[outcome] += times
    this.#tallies.set(worker, tally)
  }

  tallyOf(worker: string): Tally {
    return this.#tallies.get(worker) ?? { done: 0, failed: 0, skipped: 0, dead: 0 }
  }
}

/** @throws on anything that is no rate from 0 (nothing new is sold) to {@link maxRate} */
function clampRate(rate: number): number {
  if (!Number.isFinite(rate) || rate < 0 || rate > maxRate)
    throw new Error(`a rate is a number of orders a second from 0 to ${maxRate}`)
  return rate
}
