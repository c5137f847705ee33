/** What of a queue may only grow while it lives. */
interface Signs {
  /** Work done by its process; streams tell 0, some sources nothing. */
  readonly reductions: number | undefined
  readonly published: number | undefined
  /** Where both were read: the sources are not equally old. */
  readonly source: string
}

export interface Incarnation {
  /** Set from the first recreation seen on: which queue of this name it is. */
  readonly id: string | undefined
  /** Belongs into the epoch of its counters. */
  readonly mark: string
}

interface Known extends Signs {
  readonly epoch: string | null
  readonly id: string | undefined
  readonly resets: number
  /** What the last closer look told of `published`: never compared with a sweep's that came after it, which is older. */
  readonly glimpsed: number | undefined
}

const maxAway = 10_000

/**
 * RabbitMQ names no incarnation of a queue. It is another one when it was away for a whole sweep, or when the work
 * of its process fell while the node ran on. A count that fell without that was set back (statistics reset): the
 * queue is the same, its counters begin anew.
 */
export class Incarnations {
  readonly #known = new Map<string, Known>()
  readonly #away = new Set<string>()

  /** @param where isAlone: the only node; on a cluster another leader's process has its own count of work */
  see(
    key: string,
    signs: Signs,
    where: { readonly epoch: string | null; readonly isAlone: boolean; readonly nowMs: number },
  ): { readonly isNew: boolean } {
    const before = this.#known.get(key)
    const ranOn = before !== undefined && before.epoch === where.epoch && before.source === signs.source
    const isNew =
      this.#away.delete(key) || (ranOn && where.isAlone && fell(before.reductions, signs.reductions))
    const isReset = !isNew && ranOn && fell(before.published, signs.published)
    // A queue made anew tells nothing at first: what was known stands until it tells.
    const stands = ranOn && !isNew ? before : undefined
    this.#known.set(key, {
      source: signs.source,
      reductions: signs.reductions ?? stands?.reductions,
      published: signs.published ?? stands?.published,
      epoch: where.epoch,
      id: isNew ? String(where.nowMs) : before?.id,
      resets: (before?.resets ?? 0) + (isReset ? 1 : 0),
      // The node may have told its start only now: that is no restart.
      glimpsed: isNew || hasRestarted(before?.epoch, where.epoch) ? undefined : before?.glimpsed,
    })
    return { isNew }
  }

  /** A closer look between two sweeps: what it tells is newer than the last sweep, so less is a count set back. */
  glimpse(key: string, published: number | undefined, source: string): void {
    const known = this.#known.get(key)
    if (!known || known.source !== source || published === undefined) return
    const isReset = fell(known.published, published) || fell(known.glimpsed, published)
    this.#known.set(key, {
      ...known,
      ...(isReset ? { published, resets: known.resets + 1 } : {}),
      glimpsed: published,
    })
  }

  of(key: string): Incarnation {
    const known = this.#known.get(key)
    return { id: known?.id, mark: `${known?.id ?? ''}/${known?.resets ?? 0}` }
  }

  /** After everything there was seen: what is not among `present` is gone, and will be another when it is back. */
  sweep(present: ReadonlySet<string>, epoch: string | null): void {
    for (const [key, known] of this.#known) {
      // After a restart of the node its queues appear one by one.
      if (present.has(key) || known.epoch !== epoch) continue
      this.#known.delete(key)
      this.#away.add(key)
    }
    // Names that never come back (temporary queues) must not pile up.
    for (const key of this.#away) {
      if (this.#away.size <= maxAway) break
      this.#away.delete(key)
    }
  }
}

function hasRestarted(before: string | null | undefined, now: string | null): boolean {
  return before != null && now !== null && before !== now
}

function fell(before: number | undefined, now: number | undefined): boolean {
  return before !== undefined && now !== undefined && now < before
}
