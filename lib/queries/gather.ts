interface Ask<K, V> {
  readonly key: K
  readonly signal: AbortSignal | undefined
  readonly resolve: (value: V | null) => void
  readonly reject: (error: unknown) => void
}

export interface GatherLimits {
  /** How long asks are gathered before one call goes out for all of them. */
  readonly waitMs: number
  readonly count: number
  /** The keys of one call together, since they travel in an address. */
  readonly chars: number
}

/**
 * Many small asks become few calls: what a list asks for row by row within a moment goes out together. Whoever
 * left before that is not asked for. A key the answer does not name is null.
 */
export function createGather<K, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  sizeOf: (key: K) => number,
  limits: GatherLimits,
): (key: K, signal?: AbortSignal) => Promise<V | null> {
  let waiting: Ask<K, V>[] = []

  const send = async (asks: readonly Ask<K, V>[]) => {
    try {
      const found = await load([...new Set(asks.map((ask) => ask.key))])
      for (const ask of asks) ask.resolve(found.get(ask.key) ?? null)
    } catch (error) {
      for (const ask of asks) ask.reject(error)
    }
  }
  const flush = () => {
    const asks = waiting.filter((ask) => !ask.signal?.aborted)
    waiting = []
    for (const part of split(asks, (ask) => sizeOf(ask.key), limits)) void send(part)
  }
  return (key, signal) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setTimeout(flush, limits.waitMs)
      waiting.push({ key, signal, resolve, reject })
    })
}

function split<T>(items: readonly T[], sizeOf: (item: T) => number, { count, chars }: GatherLimits): T[][] {
  const parts: T[][] = []
  let size = 0
  for (const item of items) {
    const part = parts.at(-1)
    const own = sizeOf(item)
    if (!part || part.length >= count || size + own > chars) {
      parts.push([item])
      size = own
    } else {
      part.push(item)
      size += own
    }
  }
  return parts
}
