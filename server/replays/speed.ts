const windowMs = 5_000

/** How fast a run goes now: over the last seconds, from counts noted as it goes. */
export class Speed {
  #points: { readonly atMs: number; readonly over: number }[] = []

  note(atMs: number, over: number): void {
    const last = this.#points.at(-1)
    if (last && atMs - last.atMs < 200) return
    this.#points.push({ atMs, over })
    while ((this.#points[1]?.atMs ?? atMs) < atMs - windowMs) this.#points.shift()
  }

  /** Messages a second; null before there are two points to tell it from. */
  at(nowMs: number, over: number): number | null {
    const first = this.#points[0]
    if (!first || nowMs - first.atMs < 500) return null
    return ((over - first.over) * 1000) / (nowMs - first.atMs)
  }
}
