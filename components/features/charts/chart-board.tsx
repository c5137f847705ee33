'use client'

import { clsx } from 'clsx'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useWidth } from '@/components/charts'
import { Button } from '@/components/ui/button'
import { useEvents } from '@/lib/queries/events'
import type { Reading } from '@/lib/schemas/reading'
import { CompareLink } from './compare-link.tsx'
import { concerns, eventsWord, markOf, type Subject } from './event-marks.ts'
import { EventsList } from './events-list.tsx'
import { RangeControl } from './range-control.tsx'
import type { ChartSpec } from './spec.ts'
import { chartHeight, SpecChart } from './spec-chart.tsx'
import { useBoard } from './use-board.ts'
import { type ChartPlace, useOpen } from './use-open.ts'
import { useRange } from './use-range.ts'

export interface ChartBoardProps {
  readonly place: ChartPlace
  readonly broker: string
  /** Must keep its identity while it says the same. */
  readonly specs: readonly ChartSpec[]
  readonly subject: Subject
  /** Draws the way to nothing dashed into the first chart. */
  readonly timeToDrain?: Reading | undefined
}

const gap = 12
const drainsShown = 0.25

/** The charts of a page: one time for all, what happened in it, and the way to compare. */
export function ChartBoard(props: ChartBoardProps) {
  const { isOpen, setOpen } = useOpen(props.place)
  return isOpen ? (
    <OpenBoard {...props} onClose={() => setOpen(false)} />
  ) : (
    <section aria-label="Charts" className="flex items-center">
      <Toggle isOpen={false} onPress={() => setOpen(true)} />
    </section>
  )
}

function OpenBoard(props: ChartBoardProps & { onClose: () => void }) {
  const { specs, subject, timeToDrain } = props
  const { range, choose, zoom } = useRange()
  const { ref, width } = useWidth<HTMLDivElement>()
  const [isListed, setListed] = useState(false)
  const columns =
    width < 700
      ? 1
      : Math.min(
          4,
          specs.reduce((sum, { wide }) => sum + (wide ? 2 : 1), 0),
        )
  const drains =
    range.kind === 'moving' && timeToDrain?.state === 'ok' && timeToDrain.value > 0 ? timeToDrain.value : null
  const aheadMs =
    drains === null || range.kind !== 'moving'
      ? 0
      : // In steps, so that the charts do not change their width with every sample.
        range.spanMs * (drains * 1000 > range.spanMs * 0.1 ? drainsShown : drainsShown / 2)
  const board = useBoard(specs, range, width > 0 ? (width - gap * (columns - 1)) / columns : 0, aheadMs)
  const happened = useEvents(props.broker, range)
  const events = useMemo(
    () =>
      (happened.data ?? []).filter((event) => {
        const at = Date.parse(event.at)
        return concerns(event, subject) && at >= board.span.fromMs && at <= board.span.toMs
      }),
    [happened.data, subject, board.span],
  )
  const marks = useMemo(() => events.map(markOf), [events])
  return (
    <section aria-label="Charts" className="flex shrink-0 flex-col gap-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Toggle isOpen onPress={props.onClose} />
        <RangeControl range={range} onChoose={choose} sinceMs={board.sinceMs} />
        <span className="ml-auto flex items-center gap-2 max-md:ml-0">
          <CompareLink />
          <Button
            look="ghost"
            aria-expanded={isListed}
            blocked={
              happened.isError
                ? 'Events could not be read'
                : events.length === 0
                  ? 'Nothing happened in this time'
                  : null
            }
            onClick={() => setListed(!isListed)}
          >
            {happened.isPending ? 'Events' : eventsWord(events.length)}
          </Button>
        </span>
      </div>
      <div
        ref={ref}
        className="grid"
        style={{ gap, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      >
        {specs.map((spec, index) => (
          <SpecChart
            key={spec.id}
            spec={spec}
            results={board.results[index] ?? []}
            range={range}
            span={board.span}
            nowMs={board.nowMs}
            marks={marks}
            timeToDrain={index === 0 ? timeToDrain : undefined}
            height={props.place === 'group' ? 150 : chartHeight}
            className={clsx(spec.wide && columns > 2 && 'col-span-2')}
            onRetry={() => board.retry(index)}
            onZoom={zoom}
          />
        ))}
      </div>
      {isListed && events.length > 0 ? <EventsList events={events} /> : null}
    </section>
  )
}

function Toggle({ isOpen, onPress }: { isOpen: boolean; onPress: () => void }): ReactNode {
  const Icon = isOpen ? ChevronDown : ChevronRight
  return (
    <h2 className="flex">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onPress}
        className="-ml-1 flex h-7 items-center gap-1 rounded-control px-1 font-[620] hover:text-accent-ink max-md:h-9"
      >
        <Icon className="size-4 text-ink-3" aria-hidden />
        Charts
      </button>
    </h2>
  )
}
