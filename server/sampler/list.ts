import type { DestinationQuery, GroupQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import type { Reading } from '../../lib/schemas/reading.ts'
import { decodeParts, encodeParts } from '../brokers/contract/index.ts'
import type { GroupRow, Row } from './book.ts'

/** One page of a list that may change between two pages: the cursor names the last row, and where it stood. */
export function pageOf<T extends { readonly id: string }>(
  rows: readonly T[],
  order: string,
  request: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly page: readonly T[]; readonly nextCursor: string | null } {
  const start = request.cursor === undefined ? 0 : findStart(rows, order, request.cursor)
  const page = rows.slice(start, start + request.limit)
  const last = page.at(-1)
  const isEnd = start + page.length >= rows.length || last === undefined
  return { page, nextCursor: isEnd ? null : encodeParts([order, last.id, String(start + page.length)]) }
}

function findStart(rows: readonly { readonly id: string }[], order: string, cursor: string): number {
  const [ofOrder, id, offset] = decodeParts(cursor) ?? []
  if (ofOrder !== order || id === undefined || !/^\d{1,9}$/.test(offset ?? ''))
    throw new AppError('bad_request', 'cursor: expected nextCursor of the same list and order')
  const at = Number(offset)
  if (rows[at - 1]?.id === id) return at
  const found = rows.findIndex((row) => row.id === id)
  return found >= 0 ? found + 1 : at
}

/** `matches` stands for the query's filter line, already read. */
export function selectDestinations(
  rows: readonly Row[],
  query: DestinationQuery,
  matches?: (row: Row) => boolean,
): readonly Row[] {
  const q = query.q?.toLowerCase()
  const { type, state, deadLetter, internal } = query
  const isAll =
    !q &&
    !matches &&
    type === undefined &&
    state === undefined &&
    deadLetter === undefined &&
    internal === undefined
  const found = isAll
    ? rows
    : rows.filter(
        (row) =>
          (!q || row.lowerName.includes(q)) &&
          (type === undefined || row.info.ref.type === type) &&
          (state === undefined || row.state === state) &&
          (deadLetter === undefined || row.deadLetter.isDeadLetter === deadLetter) &&
          (internal === undefined || row.info.internal === internal) &&
          (!matches || matches(row)),
      )
  return sortDestinations(found, query)
}

const words: Partial<Record<DestinationQuery['sort'], (row: Row) => string>> = {
  name: (row) => row.info.ref.name,
  type: (row) => `${row.info.ref.type} ${row.info.variant ?? ''}`,
  state: (row) => row.state,
  namespace: (row) => row.info.ref.namespace ?? '',
}

function sortDestinations(rows: readonly Row[], { sort, order }: DestinationQuery): readonly Row[] {
  if (sort === 'name') return order === 'asc' ? rows : rows.toReversed()
  const word = words[sort]
  return word
    ? sortBy(rows, order, word, compareText)
    : sortBy(rows, order, (row) => knownValue(row.readings[sort]), compareNumbers)
}

export function selectGroups(
  rows: readonly GroupRow[],
  query: GroupQuery,
  matches?: (row: GroupRow) => boolean,
): readonly GroupRow[] {
  const q = query.q?.toLowerCase()
  const { type, state, destination, sort, order } = query
  const found = rows.filter(
    ({ id, sample }) =>
      (!q || sample.name.toLowerCase().includes(q)) &&
      (type === undefined || sample.type === type) &&
      (state === undefined || sample.state === state) &&
      (destination === undefined || sample.lag.some((row) => row.destination === destination)) &&
      (!matches || matches({ id, sample })),
  )
  const named = sortBy(found, sort === 'name' ? order : 'asc', (row) => row.sample.name, compareText)
  if (sort === 'name') return named
  if (sort === 'total') return sortBy(named, order, (row) => knownValue(row.sample.total), compareNumbers)
  return sortBy(named, order, (row) => row.sample[sort], compareText)
}

/** The known value, or null: unknown stands last in either order. */
function knownValue(reading: Reading | undefined): number | null {
  if (reading?.state === 'ok') return reading.value
  return reading?.state === 'unavailable' ? (reading.last?.value ?? null) : null
}

function sortBy<T, K>(
  rows: readonly T[],
  order: 'asc' | 'desc',
  keyOf: (row: T) => K | null,
  compare: (a: K, b: K) => number,
): readonly T[] {
  const sign = order === 'asc' ? 1 : -1
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return a.key === b.key ? 0 : a.key === null ? 1 : -1
      return sign * compare(a.key, b.key)
    })
    .map(({ row }) => row)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
function compareNumbers(a: number, b: number): number {
  return a - b
}
