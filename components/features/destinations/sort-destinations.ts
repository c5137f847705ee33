import { drawnValue } from '@/lib/domain/destination-level'
import type { Destination } from '@/lib/schemas/destination'

const words: Readonly<Record<string, (row: Destination) => string>> = {
  name: (row) => row.name,
  type: (row) => `${row.type} ${row.variant ?? ''}`,
  state: (row) => row.state,
  namespace: (row) => row.namespace ?? '',
}

/** As the server sorts: by the column, unknown numbers last in either order, equal ones by name as they came. */
export function sortDestinations(
  rows: readonly Destination[],
  sort: string,
  order: 'asc' | 'desc',
): readonly Destination[] {
  const sign = order === 'asc' ? 1 : -1
  if (sort === 'name') return order === 'asc' ? rows : rows.toReversed()
  const word = words[sort]
  if (word) return sortBy(rows, word, (a, b) => (a < b ? -sign : a > b ? sign : 0))
  return sortBy(
    rows,
    (row) => {
      const value = drawnValue(row.readings[sort])
      return value === null || Number.isNaN(value) ? null : value
    },
    (a, b) => (a === null || b === null ? (a === b ? 0 : a === null ? 1 : -1) : sign * (a - b)),
  )
}

/** Keys are read once a row, not once a comparison. */
function sortBy<K>(
  rows: readonly Destination[],
  keyOf: (row: Destination) => K,
  compare: (a: K, b: K) => number,
): readonly Destination[] {
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ row }) => row)
}
