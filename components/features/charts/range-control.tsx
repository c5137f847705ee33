'use client'

import { X } from 'lucide-react'
import { IconButton } from '@/components/ui/button'
import { Select } from '@/components/ui/field'
import { Time } from '@/components/ui/time'
import { Tip } from '@/components/ui/tip'
import { useNow } from '@/components/ui/use-now'
import { hasData, parseRange, ranges, type TimeRange } from '@/lib/domain/time-range'
import { formatDuration } from '@/lib/format/time'

interface RangeControlProps {
  readonly range: TimeRange
  readonly onChoose: (range: TimeRange) => void
  /** The first moment anything is kept of what is shown; null: not known. */
  readonly sinceMs: number | null
}

/** Which time the charts show. A range without history behind it says since when there is some. */
export function RangeControl({ range, onChoose, sinceMs }: RangeControlProps) {
  const now = useNow()
  const current = range.kind === 'moving' ? range.id : null
  const blocked = (spanMs: number) => sinceMs !== null && now > 0 && !hasData(spanMs, sinceMs, now)
  const why = sinceMs === null ? '' : `History begins ${formatDuration(now - sinceMs)} ago`
  return (
    <div className="flex min-w-0 items-center gap-2">
      <fieldset
        aria-label="Time of the charts"
        className="flex items-center rounded-control border border-line-strong bg-sunken p-0.5 max-md:hidden"
      >
        {ranges.map(({ id, label, words, spanMs }) => (
          <RangeButton
            key={id}
            label={label}
            words={words}
            pressed={current === id}
            why={blocked(spanMs) ? why : null}
            onPress={() => onChoose(parseRange(id))}
          />
        ))}
      </fieldset>
      <Select
        aria-label="Time of the charts"
        className="md:hidden"
        value={current ?? 'fixed'}
        onChange={(event) => onChoose(parseRange(event.target.value))}
      >
        {current === null ? <option value="fixed">Zoomed</option> : null}
        {ranges.map(({ id, label, spanMs }) => (
          <option key={id} value={id} disabled={id !== current && blocked(spanMs)}>
            {label}
          </option>
        ))}
      </Select>
      {range.kind === 'fixed' ? (
        <span className="flex min-w-0 items-center gap-1 rounded-control border border-accent pl-2 text-[12px]">
          <span className="truncate">
            <Time at={new Date(range.fromMs).toISOString()} />
            <span className="text-ink-3"> for {formatDuration(range.toMs - range.fromMs)}</span>
          </span>
          <IconButton label="Back to live" onClick={() => onChoose(parseRange(null))}>
            <X aria-hidden />
          </IconButton>
        </span>
      ) : null}
    </div>
  )
}

function RangeButton(props: {
  label: string
  words: string
  pressed: boolean
  why: string | null
  onPress: () => void
}) {
  const off = props.why !== null && !props.pressed
  return (
    <Tip text={off ? `Not kept for so long yet. ${props.why}` : `Show ${props.words}`}>
      <button
        type="button"
        aria-pressed={props.pressed}
        aria-disabled={off || undefined}
        onClick={() => {
          if (!off) props.onPress()
        }}
        className="h-6 whitespace-nowrap rounded-tag border border-transparent px-2 font-[520] text-[12px] text-ink-2 hover:text-ink aria-disabled:cursor-not-allowed! aria-disabled:text-ink-3 aria-disabled:line-through aria-pressed:border-line-strong aria-pressed:bg-surface aria-pressed:font-[600] aria-pressed:text-ink"
      >
        {props.label}
      </button>
    </Tip>
  )
}
