import { type FilterNode, join } from './ast.ts'
import { parseFilter } from './parse.ts'
import { printFilter } from './print.ts'

/** A clause a person can press instead of typing it; at most one of a row of chips is on. */
export interface Chip {
  readonly id: string
  readonly label: string
  /** A single clause, as it is written into the line. */
  readonly clause: string
}

export interface ChipSplit {
  /** The one chip that stands in the line. */
  readonly chip: Chip | null
  /** Several stand there: together they mean something that no single chip says. */
  readonly isMixed: boolean
  /** The line without any of them. */
  readonly rest: string
}

/** What the chips have to do with the line. One that cannot be read holds none. */
export function splitChips(text: string, chips: readonly Chip[]): ChipSplit {
  const parts = partsOf(text)
  if (!parts) return { chip: null, isMixed: false, rest: text.trim() }
  const byClause = new Map(chips.map((chip) => [normal(chip.clause), chip]))
  const found = parts.flatMap((part) => byClause.get(printFilter(part)) ?? [])
  const others = parts.filter((part) => !byClause.has(printFilter(part)))
  return {
    chip: found.length === 1 ? (found[0] ?? null) : null,
    isMixed: found.length > 1,
    rest: others.length === 0 ? '' : printFilter(join('and', others)),
  }
}

/** The line with this chip in place of whichever was there; null takes it out. A broken line gives way to the chip. */
export function withChip(text: string, chip: Chip | null, chips: readonly Chip[]): string {
  if (!partsOf(text)) return chip?.clause ?? ''
  const { rest } = splitChips(text, chips)
  const all = [...(chip ? (partsOf(chip.clause) ?? []) : []), ...(partsOf(rest) ?? [])]
  return all.length === 0 ? '' : printFilter(join('and', all))
}

/** What the line asks for, all of it to be met; null for a line that cannot be read. */
function partsOf(text: string): readonly FilterNode[] | null {
  const parsed = parseFilter(text)
  if (!parsed.ok) return null
  if (parsed.node === null) return []
  return parsed.node.kind === 'and' ? parsed.node.parts : [parsed.node]
}

function normal(clause: string): string {
  const parsed = parseFilter(clause)
  return parsed.ok ? printFilter(parsed.node) : clause
}
