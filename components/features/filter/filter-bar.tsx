'use client'

import { useMemo } from 'react'
import { Choices } from '@/components/ui/field'
import { FilterLine } from '@/components/ui/filter-line'
import { type Chip, completeFilter, type FieldTable, splitChips, withChip } from '@/lib/domain/filter'
import { formatCount } from '@/lib/format/number'
import type { LineFilter } from './use-filter.ts'

interface FilterBarProps<Row> {
  label: string
  placeholder?: string
  table: FieldTable<Row>
  filter: LineFilter<Row>
  /** What completions take their values from. */
  rows: readonly Row[]
  /** How many rows the line finds; null while that is not known. */
  matching: number | null
  chips?: readonly Chip[]
  /** Rows each chip would find together with the rest of the line, `all` for none of them. */
  counts?: Readonly<Record<string, number>> | undefined
  /** The same for an empty line: a chip that never finds anything is not offered. Null: not known yet. */
  offered?: Readonly<Record<string, number>> | null | undefined
  children?: React.ReactNode
}

/** The line a list is filtered by, the chips that write into it, and what else belongs beside them. */
export function FilterBar<Row>(props: FilterBarProps<Row>) {
  const { table, filter, rows, counts, matching, chips = [] } = props
  const on = useMemo(() => splitChips(filter.text, chips), [filter.text, chips])
  const { offered = {} } = props
  const shown = chips.filter((chip) => chip === on.chip || (offered !== null && offered[chip.id] !== 0))
  const isAll = on.chip === null && !on.isMixed
  const press = (chip: Chip | null) => {
    filter.setText(withChip(filter.text, chip, chips))
  }
  return (
    <div className="flex items-start gap-2 max-xl:flex-wrap">
      <FilterLine
        label={props.label}
        placeholder={props.placeholder ?? 'Filter by name, or depth>100'}
        className="w-[340px] shrink-0 max-md:w-full"
        value={filter.text}
        onChange={filter.setText}
        onRest={filter.rest}
        suggest={(text, caret) => completeFilter(text, caret, table, rows)}
        error={filter.error}
        status={
          filter.error
            ? 'not read'
            : matching === null
              ? ''
              : `${formatCount(matching)} ${matching === 1 ? 'match' : 'matches'}`
        }
      />
      {chips.length > 0 ? (
        <Choices
          label="Which rows"
          className="max-xl:order-last max-xl:w-full"
          value={on.chip?.id ?? (isAll ? 'all' : null)}
          onChange={(id) => press(chips.find((chip) => chip.id === id) ?? null)}
          options={[
            { id: 'all', label: withCount('All', counts?.all) },
            ...shown.map((chip) => ({ id: chip.id, label: withCount(chip.label, counts?.[chip.id]) })),
          ]}
        />
      ) : null}
      {props.children ? <div className="ml-auto flex shrink-0 gap-2">{props.children}</div> : null}
    </div>
  )
}

function withCount(word: string, count: number | undefined): string {
  return count === undefined ? word : `${word} ${formatCount(count)}`
}
