/** The rows as they stand while the order is held, and how many would move if it were let go. */
export interface Held<Row> {
  readonly rows: readonly Row[]
  readonly moved: number
}

/**
 * Rows keep the places in `order`, with their newest values; rows that came since stand at the end. One that
 * left the list (its values no longer match) keeps its place while `find` still knows it.
 */
export function holdOrder<Row>(
  order: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  find: (key: string) => Row | undefined,
): Held<Row> {
  if (order.length === rows.length && rows.every((row, index) => keyOf(row) === order[index]))
    return { rows, moved: 0 }
  const places = new Map(rows.map((row, index) => [keyOf(row), index]))
  const held: Row[] = []
  const positions: number[] = []
  let gone = 0
  for (const key of order) {
    const place = places.get(key)
    const row = place === undefined ? find(key) : rows[place]
    if (row === undefined) continue
    held.push(row)
    if (place === undefined) gone += 1
    else positions.push(place)
    places.delete(key)
  }
  for (const place of places.values()) {
    const row = rows[place]
    if (row === undefined) continue
    held.push(row)
    positions.push(place)
  }
  return { rows: held, moved: gone + positions.length - longestRise(positions) }
}

/** Length of the longest rising subsequence: what need not move when the rest is put in place. */
function longestRise(positions: readonly number[]): number {
  const tails: number[] = []
  for (const position of positions) {
    let [low, high] = [0, tails.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((tails[middle] ?? 0) < position) low = middle + 1
      else high = middle
    }
    tails[low] = position
  }
  return tails.length
}
