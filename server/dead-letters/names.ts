/** What a destination's name suggests, and the name it is derived from where there is one. Never proof. */
export interface NameGuess {
  readonly role: 'dead-letter' | 'retry' | 'parking'
  /** Part of the name that says so. */
  readonly word: string
  /** What is left: an origin when a destination of this name exists. */
  readonly rest: string | null
  /** The word means nothing else; otherwise the guess counts only beside an existing origin. */
  readonly isClear: boolean
}

const clear =
  'dlq|dlt|dlx|dead[-_.]?letters?(?:[-_.]?(?:queue|topic|stream))?|dead|poison|parking[-_.]?lot|parked'
const vague = 'failed|failures?|errors?|skipped'
const separator = '[._:/-]'

const patterns: readonly (readonly [RegExp, boolean])[] = [
  [new RegExp(`^(.+)${separator}(${clear})$`, 'i'), true],
  [new RegExp(`^(.+)${separator}(${vague})$`, 'i'), false],
  [new RegExp(`^()(${clear})$`, 'i'), true],
]
const prefixes: readonly (readonly [RegExp, boolean])[] = [
  // Quarkus: `dead-letter-topic-<channel>`; before the shorter word it begins with.
  [/^(dead-letter-topic|dlq|dlt|dead[-_.]?letters?|poison)[._:/-](.+)$/i, true],
  // Spring Cloud Stream: `error.<destination>.<group>`.
  [/^(error|failed)[._:/-](.+)$/i, false],
]
const middle = new RegExp(`^(.+)${separator}(${clear})${separator}.+$`, 'i')
const retry = /^(.+)[._:/-](retry(?:[._:/-]?\d+)?|retries)$/i

/** Null for a name that suggests nothing. */
export function guessByName(name: string): NameGuess | null {
  if (name.length > 500) return null
  const again = retry.exec(name)
  if (again) return { role: 'retry', word: again[2] ?? '', rest: untag(again[1]), isClear: false }
  for (const [pattern, isClear] of patterns) {
    const match = pattern.exec(name)
    if (match) return guess(match[2] ?? '', match[1] || null, isClear)
  }
  for (const [pattern, isClear] of prefixes) {
    const match = pattern.exec(name)
    if (match) return guess(match[1] ?? '', match[2] ?? null, isClear)
  }
  const inside = middle.exec(name)
  return inside ? guess(inside[2] ?? '', inside[1] ?? null, true) : null
}

function guess(word: string, rest: string | null, isClear: boolean): NameGuess {
  return { role: /^park/i.test(word) ? 'parking' : 'dead-letter', word, rest: untag(rest), isClear }
}

/** A Redis hash tag is no part of the name: `{orders}:dlq` belongs to `orders`. */
function untag(rest: string | null | undefined): string | null {
  if (!rest) return null
  return /^\{(.+)\}$/.exec(rest)?.[1] ?? rest
}

/** Names an origin may have, the likeliest first: `error.orders.billing` may belong to `orders`. */
export function originNamesOf(guessed: NameGuess): string[] {
  const { rest } = guessed
  if (rest === null) return []
  const [head] = rest.split('.', 1)
  const names = [rest, `{${rest}}`]
  return guessed.word.toLowerCase() === 'error' && head && head !== rest ? [...names, head] : names
}
