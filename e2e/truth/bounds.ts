/**
 * What the raw clients know of a number that moves: never one value at a moment, for every act takes a while, but
 * between which values it lay. Times are epoch ms.
 */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/** A number at any moment; null where nobody knew it (the broker was away). */
export type Truth = (atMs: number) => Bounds | null

/** Acts of a client: counted as possible from the moment each begins, and as certain from the moment it is confirmed. */
export class Acts {
  readonly #begun: { atMs: number; sum: number }[] = []
  readonly #certain: { atMs: number; sum: number }[] = []

  begin(count: number, atMs = Date.now()): void {
    this.#begun.push({ atMs, sum: (this.#begun.at(-1)?.sum ?? 0) + count })
  }

  confirm(count: number, atMs = Date.now()): void {
    this.#certain.push({ atMs, sum: (this.#certain.at(-1)?.sum ?? 0) + count })
  }

  get begun(): number {
    return this.#begun.at(-1)?.sum ?? 0
  }

  at(atMs: number): Bounds {
    return { low: sumAt(this.#certain, atMs), high: sumAt(this.#begun, atMs) }
  }
}

function sumAt(steps: readonly { atMs: number; sum: number }[], atMs: number): number {
  let [from, to] = [0, steps.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((steps[middle]?.atMs ?? 0) <= atMs) from = middle + 1
    else to = middle
  }
  return steps[from - 1]?.sum ?? 0
}

/** A number that only grows, looked at again and again: between two looks it lies between what they saw. */
export class Looks {
  readonly #looks: { askedMs: number; toldMs: number; value: number }[] = []

  /** One that went back was a look at something else under the same name: what was before is not known any more. */
  add(askedMs: number, toldMs: number, value: number): void {
    const last = this.#looks.at(-1)
    if (last && value < last.value) this.#looks.length = 0
    this.#looks.push({ askedMs, toldMs, value })
  }

  /** Null outside of what was looked at, and across more than `gapMs` without a look. */
  at(atMs: number, gapMs = 3_000): Bounds | null {
    const before = this.#looks.findLast((look) => look.toldMs <= atMs)
    const after = this.#looks.find((look) => look.askedMs >= atMs)
    if (!before || !after || after.askedMs - before.toldMs > gapMs) return null
    return { low: before.value, high: after.value }
  }
}

/** `from − to`, never below zero: what a group has not read, what a queue holds. */
export function difference(from: Bounds | null, to: Bounds | null): Bounds | null {
  if (!from || !to) return null
  return { low: Math.max(0, from.low - to.high), high: Math.max(0, from.high - to.low) }
}

export function larger(a: Bounds | null, b: Bounds | null): Bounds | null {
  if (!a || !b) return null
  return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) }
}

export function sum(parts: readonly (Bounds | null)[]): Bounds | null {
  let [low, high] = [0, 0]
  for (const part of parts) {
    if (!part) return null
    low += part.low
    high += part.high
  }
  return { low, high }
}
