import { type GroupFacts, isRebalancing } from '../../lib/domain/status/index.ts'
import type { GroupSample } from '../brokers/contract/index.ts'
import type { GroupRow } from '../sampler/index.ts'

/** After a rebalance nothing is held against a group for so many samples. */
const samplesAfter = 2

interface Track {
  /** When the rebalance that is under way, or the last one, was seen to begin. */
  beganMs: number
  isOver: boolean
  /** How many samples were stable since it ended. */
  stable: number
  identity: string
}

export interface Rebalance {
  readonly id: string
  readonly name: string
  readonly kind: 'began' | 'ended'
  readonly beganMs: number
}

/**
 * Sees groups being assigned anew: by their state, by another epoch, or by other assignments of the same members.
 * Answers what began and ended with this look.
 */
export class GroupWatches {
  readonly #tracks = new Map<string, Track>()

  observe(groups: readonly GroupRow[], nowMs: number): readonly Rebalance[] {
    const changes: Rebalance[] = []
    const seen = new Set<string>()
    for (const { id, sample } of groups) {
      seen.add(id)
      const change = this.#look(id, sample, nowMs)
      if (change) changes.push(...change.map((one) => ({ id, name: sample.name, ...one })))
    }
    for (const id of this.#tracks.keys()) if (!seen.has(id)) this.#tracks.delete(id)
    return changes
  }

  rebalanceOf(id: string, nowMs: number): GroupFacts['rebalance'] {
    const track = this.#tracks.get(id)
    if (!track || (track.isOver && track.stable > samplesAfter)) return null
    return { isOver: track.isOver, forMs: nowMs - track.beganMs }
  }

  #look(
    id: string,
    sample: GroupSample,
    nowMs: number,
  ): readonly Pick<Rebalance, 'kind' | 'beganMs'>[] | null {
    const identity = identityOf(sample)
    const isMoving = isRebalancing(sample.state)
    const track = this.#tracks.get(id)
    if (!track) {
      this.#tracks.set(id, {
        beganMs: nowMs,
        isOver: !isMoving,
        stable: isMoving ? 0 : samplesAfter + 1,
        identity,
      })
      return isMoving ? [{ kind: 'began', beganMs: nowMs }] : null
    }
    const isOther = track.identity !== identity && track.identity !== '' && identity !== ''
    track.identity = identity === '' ? track.identity : identity
    if (isMoving) {
      if (!track.isOver) return null
      Object.assign(track, { beganMs: nowMs, isOver: false, stable: 0 })
      return [{ kind: 'began', beganMs: nowMs }]
    }
    if (!track.isOver) {
      Object.assign(track, { isOver: true, stable: 1 })
      return [{ kind: 'ended', beganMs: track.beganMs }]
    }
    if (isOther) {
      // It came and went between two looks.
      Object.assign(track, { beganMs: nowMs, stable: 1 })
      return [
        { kind: 'began', beganMs: nowMs },
        { kind: 'ended', beganMs: nowMs },
      ]
    }
    track.stable = Math.min(track.stable + 1, samplesAfter + 1)
    return null
  }
}

/** Empty where the group tells neither an epoch nor who holds what, or has nobody. */
function identityOf({ epoch, members }: GroupSample): string {
  if (members.length === 0) return ''
  if (epoch !== undefined) return epoch
  const held = members.flatMap(({ id, assignments }) =>
    (assignments ?? []).map((one) => `${id} ${one.destination} ${[...one.partitions].sort((a, b) => a - b)}`),
  )
  return held.sort().join('\n')
}
