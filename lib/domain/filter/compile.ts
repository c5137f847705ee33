import { errorAt, type FilterError, type FilterNode, type Op, type Value } from './ast.ts'
import { type Field, type FieldTable, findField, nearField } from './fields.ts'
import { fitsGlob, isGlob } from './glob.ts'
import { parseFilter } from './parse.ts'
import { readNumber, readTime, unitExamples } from './units.ts'

/** True, false, or null for not known; only true is a match, so that `not depth>5` does not claim unknown rows. */
type Verdict = boolean | null
type Test<Row> = (row: Row, nowMs: number) => Verdict
type Clause = FilterNode & { readonly kind: 'clause' }

export type Filter<Row> =
  | {
      readonly ok: true
      readonly node: FilterNode | null
      readonly matches: (row: Row, nowMs: number) => boolean
    }
  | { readonly ok: false; readonly error: FilterError }

/** A line as something rows can be tried against, or what is wrong with it. Never throws. */
export function readFilter<Row>(text: string, table: FieldTable<Row>): Filter<Row> {
  const parsed = parseFilter(text)
  if (!parsed.ok) return parsed
  const { node } = parsed
  if (node === null) return { ok: true, node, matches: () => true }
  const compiled = compile(node, table)
  if (typeof compiled !== 'function') return { ok: false, error: compiled }
  return { ok: true, node, matches: (row, nowMs) => compiled(row, nowMs) === true }
}

function compile<Row>(node: FilterNode, table: FieldTable<Row>): Test<Row> | FilterError {
  if (node.kind === 'word') return textTest(':', node.value, table.word)
  if (node.kind === 'clause') return compileClause(node, table)
  if (node.kind === 'not') {
    const test = compile(node.part, table)
    if (typeof test !== 'function') return test
    return (row, now) => negate(test(row, now))
  }
  const tests: Test<Row>[] = []
  for (const part of node.parts) {
    const test = compile(part, table)
    if (typeof test !== 'function') return test
    tests.push(test)
  }
  return combine(tests, node.kind === 'or')
}

function negate(verdict: Verdict): Verdict {
  return verdict === null ? null : !verdict
}

/** One part that equals `decides` decides the whole; else one unknown part leaves it unknown. */
function combine<Row>(tests: readonly Test<Row>[], decides: boolean): Test<Row> {
  return (row, now) => {
    let verdict: Verdict = !decides
    for (const test of tests) {
      const part = test(row, now)
      if (part === decides) return decides
      if (part === null) verdict = null
    }
    return verdict
  }
}

function compileClause<Row>(node: Clause, table: FieldTable<Row>): Test<Row> | FilterError {
  const field = findField(table, node.field)
  const { op, value } = node
  if (!field) {
    // Redis keys are full of colons: what names no field, nor nearly one, is a part of a name.
    const isName = op === ':' && !value.literal && nearField(table, node.field) === undefined
    if (!isName) return unknownField(node, table)
    return textTest(':', { text: `${node.field}:${value.text}`, literal: false }, table.word)
  }
  if (value.text === '' && !value.literal)
    return errorAt(node.at.value, `Expected a value behind ${node.field}${op}`)
  const compares = op !== ':' && op !== '=' && op !== '!='
  if (!value.literal && !compares && /^unknown$/i.test(value.text)) {
    const isUnknown = op !== '!='
    return (row, now) => {
      const known = readAny(field, row, now)
      return !Number.isNaN(known) && (known === null) === isUnknown
    }
  }
  if (field.kind === 'text') {
    if (compares) return errorAt(node.at.op, `${node.field} is text: expected : = or != here`)
    return textTest(op, value, field.read)
  }
  if (field.kind === 'flag') {
    if (compares) return errorAt(node.at.op, `${node.field} is yes or no: expected : = or != here`)
    const wanted = readFlag(value.text)
    if (wanted === null) return errorAt(node.at.value, `${node.field} wants yes, no or unknown`)
    const is = wanted === (op !== '!=')
    return (row) => {
      const flag = field.read(row)
      return flag === null ? null : flag === is
    }
  }
  const number = field.kind === 'time' ? readTime(value.text) : readNumber(value.text, field.unit)
  if (number === null) {
    const example =
      field.kind === 'time'
        ? 'a day or time such as 2026-07-30 or 2026-07-30T09:00'
        : unitExamples[field.unit]
    return errorAt(node.at.value, `${node.field} wants ${example}, or unknown`)
  }
  const compare = comparisons[op]
  return (row, now) => {
    const known = field.read(row, now)
    return known === null || Number.isNaN(known) ? null : compare(known, number)
  }
}

function unknownField<Row>(node: Clause, table: FieldTable<Row>): FilterError {
  const near = nearField(table, node.field)
  const hint = near
    ? `did you mean ${near}?`
    : `expected ${Object.keys(table.fields).join(', ')}. Quote it to look for it as text`
  return errorAt(node.at.field, `There is no field ${node.field}: ${hint}`)
}

const comparisons: Record<Op, (a: number, b: number) => boolean> = {
  ':': (a, b) => a === b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
}

/** `:` in any case, `=` and `!=` letter for letter. */
function textTest<Row>(
  op: Op,
  { text, literal }: Value,
  read: (row: Row) => string | readonly string[] | null,
): Test<Row> {
  const fits = op === ':' ? containsTest(text, literal) : (one: string) => one === text
  const isNegated = op === '!='
  return (row) => {
    const known = read(row)
    if (known === null) return null
    const found = typeof known === 'string' ? fits(known) : known.some(fits)
    return found !== isNegated
  }
}

function containsTest(text: string, literal: boolean): (one: string) => boolean {
  const needle = text.toLowerCase()
  if (!literal && isGlob(needle)) return (one) => fitsGlob(needle, one.toLowerCase())
  return (one) => one.toLowerCase().includes(needle)
}

function readFlag(text: string): boolean | null {
  if (/^(yes|true|y|1)$/i.test(text)) return true
  return /^(no|false|n|0)$/i.test(text) ? false : null
}

function readAny<Row>(field: Field<Row>, row: Row, nowMs: number): unknown {
  return field.kind === 'number' ? field.read(row, nowMs) : field.read(row)
}
