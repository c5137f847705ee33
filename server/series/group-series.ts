import type { LagRow } from '../../lib/schemas/group.ts'
import type { Reading } from '../../lib/schemas/reading.ts'
import { follow, type Movement, stepBetween } from './movement.ts'
import type { Ring } from './ring.ts'
import { Track } from './track.ts'

/** Up to so many partitions are watched without anybody looking at the group. */
const unaskedPartitions = 64

interface Part {
  readonly destination: string
  readonly partition: number
  readonly lag: Track
  movement: Movement | null
  /** The group's look that last named it. */
  seenMs: number
}

/** Messages that arrived and were read since watching began, as far as positions are numbers. */
interface Totals {
  readonly atMs: number
  readonly arrived: number
  readonly read: number
}

/**
 * What is kept of one consumer group: its lag, how fast messages arrive and are read, and its partitions one by
 * one. A rate spans from the last look of the step before, so that all steps together cover all the time.
 */
export class GroupSeries {
  readonly lag = new Track()
  readonly inRate = new Track()
  readonly outRate = new Track()
  readonly #parts = new Map<string, Part>()
  #lookedUntilMs = 0
  #totals: Totals | null = null
  #base: Totals | null = null
  #step: number | null = null
  lastStep = 0
  /** Per second at the newest look; null where positions did not tell. */
  rates: { readonly in: number; readonly out: number; readonly isAll: boolean } | null = null

  /** Somebody looks at it: every partition is watched, however many there are. */
  look(untilMs: number): void {
    this.#lookedUntilMs = Math.max(this.#lookedUntilMs, untilMs)
  }

  write(
    ring: Ring,
    { total, lag }: { readonly total: Reading; readonly lag: readonly LagRow[] },
    atMs: number,
    hasRoom: () => boolean,
  ): void {
    this.lastStep = ring.step ?? 0
    this.rates = null
    this.lag.put(ring, total, hasRoom())
    if (lag.length > unaskedPartitions && atMs > this.#lookedUntilMs) {
      this.#forgetParts(ring, () => true)
      this.#totals = null
      this.#base = null
      return
    }
    let [arrived, read, counted] = [0, 0, 0]
    for (const row of lag) {
      const part = this.#partOf(row, hasRoom)
      if (!part) continue
      part.seenMs = atMs
      part.lag.put(ring, row.lag, hasRoom())
      const movement = follow(part.movement, row, atMs)
      const step = stepBetween(part.movement, movement)
      part.movement = movement
      if (!step || row.committed === null || row.end === null) continue
      arrived += step.arrived
      read += step.read
      counted += 1
    }
    this.#count(ring, { atMs, arrived, read }, { counted, isAll: counted === lag.length }, hasRoom())
    this.#forgetParts(ring, (part) => atMs - part.seenMs > ring.stepMs * ring.length)
  }

  parts(): Iterable<Pick<Part, 'destination' | 'partition' | 'lag'>> {
    return this.#parts.values()
  }

  movementOf(row: Pick<LagRow, 'destination' | 'partition'>): Movement | null {
    return this.#parts.get(keyOf(row))?.movement ?? null
  }

  close(ring: Ring): void {
    for (const track of [this.lag, this.inRate, this.outRate]) track.close(ring)
    this.#forgetParts(ring, () => true)
  }

  #partOf(row: LagRow, hasRoom: () => boolean): Part | null {
    const key = keyOf(row)
    const known = this.#parts.get(key)
    if (known) return known
    if (!hasRoom()) return null
    const { destination, partition } = row
    const part = { destination, partition, lag: new Track(), movement: null, seenMs: 0 }
    this.#parts.set(key, part)
    return part
  }

  #count(
    ring: Ring,
    look: Totals,
    { counted, isAll }: { readonly counted: number; readonly isAll: boolean },
    hasRoom: boolean,
  ): void {
    // A commit that was set back is no reading of messages: rates begin anew behind it.
    if (counted === 0 || look.read < 0) {
      this.#totals = { ...look, arrived: 0, read: 0 }
      this.#base = null
      this.#step = ring.step
      return
    }
    const last = this.#totals
    if (this.#step !== ring.step || !this.#base) this.#base = last
    this.#step = ring.step
    const now = {
      atMs: look.atMs,
      arrived: (last?.arrived ?? 0) + look.arrived,
      read: (last?.read ?? 0) + look.read,
    }
    this.#totals = now
    const base = this.#base
    const seconds = base ? (now.atMs - base.atMs) / 1_000 : 0
    if (!base || seconds <= 0) return
    this.rates = { in: (now.arrived - base.arrived) / seconds, out: (now.read - base.read) / seconds, isAll }
    this.inRate.putValue(ring, this.rates.in, isAll, hasRoom)
    this.outRate.putValue(ring, this.rates.out, isAll, hasRoom)
  }

  #forgetParts(ring: Ring, isGone: (part: Part) => boolean): void {
    for (const [key, part] of this.#parts) {
      if (!isGone(part)) continue
      part.lag.close(ring)
      this.#parts.delete(key)
    }
  }
}

function keyOf({ destination, partition }: Pick<LagRow, 'destination' | 'partition'>): string {
  return `${partition} ${destination}`
}
