'use client'

import { useState } from 'react'
import { Input, Select } from '@/components/ui/field'
import { useUrlState } from '@/components/ui/use-url-state'
import type { DestinationDetail } from '@/lib/schemas/destination'
import { type From, offeredFrom } from './view.ts'

const words: Record<From, string> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  time: 'From a time',
  position: 'From a position',
}

/** Where the look starts, and in which partition; only what this destination offers. */
export function StartChoice({
  row,
  view,
}: {
  row: DestinationDetail
  view: { from: string; partition?: string | undefined }
}) {
  const { set } = useUrlState()
  const offered = offeredFrom(row)
  const kind: From =
    view.from === 'newest' || view.from === 'oldest'
      ? view.from
      : /^\d{4}-\d{2}-\d{2}T/.test(view.from)
        ? 'time'
        : 'position'
  const [typing, setTyping] = useState<From | null>(null)
  const shown = typing ?? kind
  const partitions = row.partitions ?? []
  return (
    <>
      <Select
        aria-label="Where to start"
        className="w-auto!"
        value={shown}
        onChange={(event) => {
          const next = event.target.value as From
          if (next === 'newest' || next === 'oldest') {
            setTyping(null)
            set({ from: next, message: null })
          } else setTyping(next)
        }}
      >
        {offered.map((one) => (
          <option key={one} value={one}>
            {words[one]}
          </option>
        ))}
      </Select>
      {shown === 'time' || shown === 'position' ? (
        <Input
          key={shown}
          aria-label={words[shown]}
          className="w-52!"
          type={shown === 'time' ? 'datetime-local' : 'text'}
          step={1}
          placeholder={shown === 'position' ? 'A position, as a message shows it' : undefined}
          defaultValue={kind === shown ? (shown === 'time' ? localInput(view.from) : view.from) : ''}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
          onBlur={(event) => {
            const value = event.target.value
            if (!value) return
            setTyping(null)
            set({ from: shown === 'time' ? new Date(value).toISOString() : value, message: null })
          }}
        />
      ) : null}
      {partitions.length > 1 ? (
        <Select
          aria-label="Partition"
          className="w-auto!"
          value={view.partition ?? ''}
          onChange={(event) => set({ partition: event.target.value, message: null })}
        >
          <option value="">Every partition</option>
          {partitions.map(({ partition }) => (
            <option key={partition} value={partition}>
              Partition {partition}
            </option>
          ))}
        </Select>
      ) : null}
    </>
  )
}

/** An ISO time as the browser's own field wants it: local, without zone. */
function localInput(iso: string): string {
  const date = new Date(iso)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
