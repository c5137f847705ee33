/** When the end of a partition was seen to pass which offset. Three arrays, a segment each: idle partitions hold one. */
interface Track {
  /** The end during this segment. */
  readonly ends: number[]
  readonly from: number[]
  readonly until: number[]
  round: number
}

export type SeenTime =
  /** The message at the offset arrived about then. */
  | { readonly atMs: number }
  /** It lay there already when we first looked: no more is known than that it is older. */
  | { readonly beforeMs: number }

/** Segments a partition; when they are full, every second of the older ones goes, so that the span stays. */
const maxSegments = 24

/**
 * The ends of every partition as samples saw them, to tell how long ago an offset was written where its record
 * does not tell. Only between two looks: nothing is extrapolated. Offsets beyond 2^53 lose digits, not order.
 */
export class EndHistory {
  readonly #tracks = new Map<string, Track>()
  #round = 0

  /** Before the notes of one sample: what was not noted in the last ones is forgotten. */
  begin(): void {
    this.#round++
    if (this.#round % 20 !== 0) return
    for (const [key, track] of this.#tracks) if (this.#round - track.round > 20) this.#tracks.delete(key)
  }

  /** @param key topic id and partition: another incarnation is another history */
  note(key: string, end: bigint, atMs: number): void {
    const value = Number(end)
    const track = this.#tracks.get(key)
    const last = track ? (track.ends.at(-1) ?? 0) : 0
    // An end that went back (an unclean election) makes everything before it worthless.
    if (!track || value < last) {
      this.#tracks.set(key, { ends: [value], from: [atMs], until: [atMs], round: this.#round })
      return
    }
    track.round = this.#round
    if (value === last) {
      track.until[track.until.length - 1] = atMs
      return
    }
    if (track.ends.length >= maxSegments) thin(track)
    track.ends.push(value)
    track.from.push(atMs)
    track.until.push(atMs)
  }

  /** When the message at `offset` arrived, between the last look without it and the first with it. */
  timeOf(key: string, offset: bigint): SeenTime | null {
    const track = this.#tracks.get(key)
    if (!track) return null
    const { ends, from, until } = track
    const wanted = Number(offset)
    const after = ends.findIndex((end) => end > wanted)
    if (after < 0) return null
    const [end, seenAt] = [ends[after] ?? 0, from[after] ?? 0]
    if (after === 0) return { beforeMs: seenAt }
    const [before, left] = [ends[after - 1] ?? 0, until[after - 1] ?? 0]
    return { atMs: left + ((wanted - before + 1) / (end - before)) * (seenAt - left) }
  }
}

/** Keeps the first segment (how far back we know anything), the newest, and every second between. */
function thin(track: Track): void {
  const newest = track.ends.length - 1
  const isKept = (index: number) => index === 0 || index % 2 === 1 || index === newest
  for (const list of [track.ends, track.from, track.until])
    list.splice(0, list.length, ...list.filter((_, index) => isKept(index)))
}
