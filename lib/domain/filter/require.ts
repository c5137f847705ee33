import { AppError } from '../app-error.ts'
import { readFilter } from './compile.ts'
import type { FieldTable } from './fields.ts'

/** @throws bad_request with the column where the line cannot be read */
export function requireFilter<Row>(
  text: string,
  table: FieldTable<Row>,
): (row: Row, nowMs: number) => boolean {
  const filter = readFilter(text, table)
  if (filter.ok) return filter.matches
  const { column, length, message } = filter.error
  throw new AppError('bad_request', `query.filter, column ${column}: ${message}`, {
    detail: { where: 'query', parameter: 'filter', column, length },
  })
}
