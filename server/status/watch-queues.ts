import { knownValue } from '../../lib/domain/known-value.ts'
import { neverWatched, type QueueWatch } from '../../lib/domain/status/index.ts'
import type { Row } from '../sampler/index.ts'

/** Growth of dead letters looks back so far. */
const lookBackMs = 5 * 60_000

interface Track {
  readonly sinceMs: number
  /** When it was last seen empty; null: never while we watched. */
  emptyAtMs: number | null
  /** When somebody was last seen to consume; null: never while we watched. */
  consumedAtMs: number | null
  /** When something was last acknowledged, or nothing was held. */
  ackedAtMs: number
  /** Depths of the last minutes, oldest first. */
  depths: { readonly atMs: number; readonly value: number }[]
}

/**
 * What is seen of queues from one snapshot to the next: how long something waits, how long nobody consumes, how long
 * nothing is acknowledged. A reading that is not known changes nothing. Only queues that hold something cost more
 * than a look.
 */
export class QueueWatches {
  readonly #tracks = new Map<string, Track>()

  observe(rows: readonly Row[], nowMs: number): void {
    const seen = new Set<string>()
    for (const row of rows) {
      if (row.info.ref.type === 'exchange') continue
      seen.add(keyOf(row))
      this.#look(row, nowMs)
    }
    for (const key of this.#tracks.keys()) if (!seen.has(key)) this.#tracks.delete(key)
  }

  watchOf(row: Row, nowMs: number): QueueWatch {
    const track = this.#tracks.get(keyOf(row))
    if (!track) return neverWatched
    const { sinceMs, emptyAtMs, consumedAtMs, ackedAtMs, depths } = track
    const [first, last] = [depths[0], depths.at(-1)]
    const grown =
      first && last && last.value > first.value
        ? { by: last.value - first.value, overMs: last.atMs - first.atMs }
        : null
    return {
      waitingMs: nowMs - (emptyAtMs ?? sinceMs),
      nobodyMs: nowMs - (consumedAtMs ?? sinceMs),
      hadConsumers: consumedAtMs !== null,
      unackedMs: nowMs - ackedAtMs,
      watchedMs: nowMs - sinceMs,
      grown,
    }
  }

  #look(row: Row, nowMs: number): void {
    const { readings } = row
    const [depth, unacked, consumers] = [readings.depth, readings.unacked, readings.consumers].map(knownValue)
    const key = keyOf(row)
    const known = this.#tracks.get(key)
    const track = known ?? {
      sinceMs: nowMs,
      emptyAtMs: null,
      consumedAtMs: null,
      ackedAtMs: nowMs,
      depths: [],
    }
    if (!known) this.#tracks.set(key, track)
    if (depth === 0) track.emptyAtMs = nowMs
    if (consumers !== null && consumers !== undefined && consumers > 0) track.consumedAtMs = nowMs
    const acking = knownValue(readings.ackRate) ?? knownValue(readings.outRate)
    if (unacked === 0 || acking === null || acking > 0) track.ackedAtMs = nowMs
    if (!row.deadLetter.isDeadLetter || depth === null || depth === undefined) return
    track.depths = [
      ...track.depths.filter((one) => nowMs - one.atMs <= lookBackMs),
      { atMs: nowMs, value: depth },
    ]
  }
}

/** A queue that was deleted and made anew is another one. */
function keyOf(row: Row): string {
  return row.incarnation === undefined ? row.id : `${row.id} ${row.incarnation}`
}
