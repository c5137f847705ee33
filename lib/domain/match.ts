/** How well a name fits what a person typed, best first. */
export const matchKinds = ['exact', 'prefix', 'word', 'substring', 'subsequence'] as const
export type MatchKind = (typeof matchKinds)[number]

/** Both in lower case; the query not empty. Null: it does not fit. */
export function matchName(name: string, query: string): MatchKind | null {
  const plain = matchPlain(name, query)
  if (plain) return plain
  const words = wordsOf(query)
  if (words.length > 1) return matchWords(name, words)
  return isSubsequence(name, query) ? 'subsequence' : null
}

/** The same without the costly and loose last resort: for a first pass over very many names. */
export function matchPlain(name: string, query: string): Exclude<MatchKind, 'subsequence'> | null {
  let at = name.indexOf(query)
  if (at < 0) return null
  if (at === 0) return name.length === query.length ? 'exact' : 'prefix'
  // A later occurrence may start a word where the first does not.
  for (; at > 0; at = name.indexOf(query, at + 1)) if (startsWord(name, at)) return 'word'
  return 'substring'
}

/** Several words fit when each of them stands somewhere in the name, in any order. */
function matchWords(name: string, words: readonly string[]): MatchKind | null {
  let worst: MatchKind = 'word'
  for (const word of words) {
    const kind = matchPlain(name, word)
    if (!kind) return null
    if (kind === 'substring') worst = 'substring'
  }
  return worst
}

function wordsOf(query: string): string[] {
  return query.split(/\s+/u).filter((word) => word !== '')
}

/** Every character of the query in the name's order, with gaps: `odlq` finds `orders.dlq`. One character is no evidence. */
function isSubsequence(name: string, query: string): boolean {
  if (query.length < 2 || query.length > name.length) return false
  let at = -1
  for (let index = 0; index < query.length; index += 1) {
    at = name.indexOf(query.charAt(index), at + 1)
    if (at < 0) return false
  }
  return true
}

const wordCharacter = /[\p{L}\p{N}]/u

/** True where a character follows one that is neither letter nor digit: `dlq` in `orders.dlq`. */
function startsWord(name: string, at: number): boolean {
  const code = name.charCodeAt(at - 1)
  if (code < 0x80) return !isAsciiWord(code)
  // The second half of a pair is no character of its own.
  const before = code >= 0xdc00 && code <= 0xdfff ? name.slice(at - 2, at) : name.charAt(at - 1)
  return !wordCharacter.test(before)
}

function isAsciiWord(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}

/** Very many names of one sort. Parallel to its items, so that nothing is allocated for a name that does not fit. */
export interface Source<T> {
  /** In lower case. */
  readonly names: readonly string[]
  /** How early one stands among equals, 0 to 15: a broker before its queues. */
  readonly rankAt: (index: number) => number
  readonly itemAt: (index: number) => T
}

export interface Ranked<T> {
  readonly item: T
  readonly match: MatchKind
}

/**
 * The best `limit` of all sources, in order: kind of match, rank, the shorter name, the name. Looser matches are
 * looked for only while there is room, so that a common word costs one pass.
 */
export function rankAll<T>(
  sources: readonly Source<T>[],
  query: string,
  limit: number,
): readonly Ranked<T>[] {
  const best = new Best<T>(limit)
  for (const source of sources)
    for (const [index, name] of source.names.entries()) {
      const match = matchPlain(name, query)
      if (match) best.add(source, index, name, match)
    }
  if (best.count < limit)
    for (const source of sources)
      for (const [index, name] of source.names.entries()) {
        if (name.includes(query)) continue
        const match = matchName(name, query)
        if (match) best.add(source, index, name, match)
      }
  return best.take()
}

interface Placed<T> {
  readonly source: Source<T>
  readonly index: number
  readonly name: string
  readonly match: MatchKind
  readonly place: number
}

/** Keeps a few times `limit` at most, and throws away the worst when full. */
class Best<T> {
  readonly #limit: number
  #kept: Placed<T>[] = []
  /** Nothing as bad as this can still get in. */
  #worst: Placed<T> | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  get count(): number {
    return this.#kept.length
  }

  add(source: Source<T>, index: number, name: string, match: MatchKind): void {
    const place = matchKinds.indexOf(match) * placesAKind + source.rankAt(index)
    if (this.#worst && place > this.#worst.place) return
    const one = { source, index, name, match, place }
    if (this.#worst && comparePlaced(one, this.#worst) >= 0) return
    this.#kept.push(one)
    if (this.#kept.length < this.#limit * 8) return
    this.#kept = this.#sorted()
    this.#worst = this.#kept.at(-1)
  }

  take(): readonly Ranked<T>[] {
    return this.#sorted().map(({ source, index, match }) => ({ item: source.itemAt(index), match }))
  }

  #sorted(): Placed<T>[] {
    return this.#kept.sort(comparePlaced).slice(0, this.#limit)
  }
}

const placesAKind = 16

function comparePlaced(a: Placed<unknown>, b: Placed<unknown>): number {
  if (a.place !== b.place) return a.place - b.place
  return a.name.length - b.name.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
}
