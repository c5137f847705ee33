const leastMs = 5_000
/** A slow run is looked at for longer: one message more or less within 5 s would be told as another speed. */
const enough = 20
const mostMs = 60_000

/** How fast a run goes now: over the last seconds, from counts noted as it goes. */
export class Speed {
  #points: { readonly atMs: number; readonly over: number }[] = []

  note(atMs: number, over: number): void {
    const last = this.#points.at(-1)
    if (last && atMs - last.atMs < 200) return
    this.#points.push({ atMs, over })
    for (let next = this.#points[1]; next && this.#suffices(next, atMs, over); next = this.#points[1])
      this.#points.shift()
  }

  #suffices(from: { readonly atMs: number; readonly over: number }, atMs: number, over: number): boolean {
    const tookMs = atMs - from.atMs
    return tookMs > mostMs || (tookMs > leastMs && over - from.over >= enough)
  }

  /** Messages a second; null before there are two points to tell it from. */
  at(nowMs: number, over: number): number | null {
    const first = this.#points[0]
    if (!first || nowMs - first.atMs < 500) return null
    return ((over - first.over) * 1000) / (nowMs - first.atMs)
  }
}
