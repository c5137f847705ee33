import type { UnitKind } from './units.ts'

interface Common {
  /** A few words for the list of completions. */
  readonly about: string
}

/**
 * What a list can be asked by. A reader answers null for unknown: never a number, and found by `field:unknown`.
 * A number that does not exist here (the depth of an exchange) is NaN: no comparison and no `unknown` finds it.
 */
export type Field<Row> =
  | (Common & {
      readonly kind: 'text'
      /** Several: any of them may match. Empty: it has none. */
      readonly read: (row: Row) => string | readonly string[] | null
      /** Offered as completions beside what the rows hold. */
      readonly values?: readonly string[]
    })
  | (Common & {
      readonly kind: 'number'
      readonly unit: UnitKind
      readonly read: (row: Row, nowMs: number) => number | null
    })
  | (Common & { readonly kind: 'flag'; readonly read: (row: Row) => boolean | null })
  | (Common & { readonly kind: 'time'; readonly read: (row: Row) => number | null })

export interface FieldTable<Row> {
  readonly fields: Readonly<Record<string, Field<Row>>>
  /** Other words for a field, not offered. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Where a bare word is looked for. */
  readonly word: (row: Row) => string | readonly string[]
}

export function findField<Row>(table: FieldTable<Row>, name: string): Field<Row> | undefined {
  const key = name.toLowerCase()
  const known = table.aliases && Object.hasOwn(table.aliases, key) ? (table.aliases[key] ?? key) : key
  const exact = Object.keys(table.fields).find((one) => one.toLowerCase() === known.toLowerCase())
  return exact === undefined ? undefined : table.fields[exact]
}

/** The field that was probably meant: the same beginning, or one letter away. */
export function nearField<Row>(table: FieldTable<Row>, name: string): string | undefined {
  const key = name.toLowerCase()
  const names = Object.keys(table.fields)
  return (
    names.find((one) => key.length >= 2 && one.toLowerCase().startsWith(key)) ??
    names.find((one) => distance(one.toLowerCase(), key) <= (key.length > 4 ? 2 : 1))
  )
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
