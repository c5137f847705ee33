import { type FieldTable, findField } from './fields.ts'
import { asValue } from './print.ts'
import { opAt } from './tokenize.ts'
import { unitExamples } from './units.ts'

export interface Completion {
  /** What the line holds between `from` and `to` gives way to `insert`. */
  readonly from: number
  readonly to: number
  readonly insert: string
  readonly label: string
  readonly detail: string
}

const limit = 9

/** What could stand where the caret is: fields, or values that the rows really hold. */
export function completeFilter<Row>(
  text: string,
  caret: number,
  table: FieldTable<Row>,
  rows: readonly Row[],
): readonly Completion[] {
  const from = startOfTerm(text, caret)
  if (from === null) return []
  const term = text.slice(from, caret)
  const opIndex = [...term].findIndex((_, index) => opAt(term, index) !== undefined)
  if (opIndex < 0) return completeField(term, from, caret, table)
  const op = opAt(term, opIndex) ?? ':'
  const valueFrom = from + opIndex + op.length
  const part = text.slice(valueFrom, caret).replace(/^"/, '').toLowerCase()
  const found = valuesFor(term.slice(0, opIndex), op, table, rows)
  return found
    .filter((one) => one.value.toLowerCase().includes(part) && one.value.toLowerCase() !== part)
    .sort((a, b) => Number(startsWith(b.value, part)) - Number(startsWith(a.value, part)))
    .slice(0, limit)
    .map(({ value, detail, word }) => ({
      from: valueFrom,
      to: caret,
      insert: `${word ? value : asValue(value)} `,
      label: value,
      detail,
    }))
}

function completeField<Row>(
  term: string,
  from: number,
  to: number,
  table: FieldTable<Row>,
): readonly Completion[] {
  const part = term.toLowerCase()
  return Object.entries(table.fields)
    .filter(([name]) => name.toLowerCase().startsWith(part) && name.toLowerCase() !== part)
    .slice(0, part === '' ? 20 : limit)
    .map(([name, field]) => ({
      from,
      to,
      insert: `${name}${field.kind === 'number' || field.kind === 'time' ? '>' : ':'}`,
      label: name,
      detail: field.about,
    }))
}

interface Found {
  readonly value: string
  readonly detail: string
  /** A word of the grammar, never quoted. */
  readonly word?: boolean
}

function valuesFor<Row>(
  name: string,
  op: string,
  table: FieldTable<Row>,
  rows: readonly Row[],
): readonly Found[] {
  const field = findField(table, name)
  if (!field) return []
  const isEquality = op === ':' || op === '=' || op === '!='
  const unknown: Found[] = isEquality ? [{ value: 'unknown', detail: 'not known', word: true }] : []
  if (field.kind === 'flag')
    return isEquality
      ? [{ value: 'yes', detail: '', word: true }, { value: 'no', detail: '', word: true }, ...unknown]
      : []
  if (field.kind === 'number')
    return [{ value: '0', detail: unitExamples[field.unit], word: true }, ...unknown]
  if (field.kind === 'time') return unknown
  const counts = new Map<string, number>((field.values ?? []).map((value) => [value, 0]))
  for (const row of rows) {
    const known = field.read(row)
    for (const value of typeof known === 'string' ? [known] : (known ?? []))
      if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const real = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return [...real.map(([value, count]) => ({ value, detail: count > 0 ? String(count) : '' })), ...unknown]
}

function startsWith(value: string, part: string): boolean {
  return value.toLowerCase().startsWith(part)
}

/** Where the term under the caret begins; null inside quotes that no field introduced. */
function startOfTerm(text: string, caret: number): number | null {
  let start = 0
  let quoted = -1
  for (let at = 0; at < caret; at += 1) {
    const char = text.charAt(at)
    if (quoted >= 0) {
      if (char === '\\') at += 1
      else if (char === '"') quoted = -1
    } else if (char === '"') quoted = at
    else if (/[\s()]/.test(char)) start = at + 1
  }
  if (quoted >= 0 && quoted === start) return null
  return start
}
