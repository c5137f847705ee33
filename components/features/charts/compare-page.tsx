'use client'

import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { dotClass, palette, TimeChart, useWidth } from '@/components/charts'
import { IconButton } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { AppLink } from '@/components/ui/link'
import { Empty } from '@/components/ui/notice'
import { Page, PageTitle, titleClass } from '@/components/ui/page'
import { useZone } from '@/components/ui/time'
import { useUrlState } from '@/components/ui/use-url-state'
import { visibleText } from '@/lib/format/name'
import { brokerPath, destinationPath, groupPath } from '@/lib/format/paths'
import { unitWords } from '@/lib/format/unit'
import { useBrokers } from '@/lib/queries/brokers'
import { useEvents } from '@/lib/queries/events'
import { useLiveState } from '@/lib/queries/live-state'
import { nameOfSeries, type SeriesOf } from '@/lib/queries/series'
import { useSubjectNames } from '@/lib/queries/subject-names'
import { arrange, type Compared } from './arrange.ts'
import { cautionsOf, stateOf } from './chart-state.ts'
import { mostCompared, parseCompared, printCompared, setCompared } from './compare-list.ts'
import { markOf } from './event-marks.ts'
import { metricWord } from './metric-words.ts'
import { RangeControl } from './range-control.tsx'
import { useSameList } from './same-list.ts'
import type { ChartSpec } from './spec.ts'
import { useBoard } from './use-board.ts'
import { useRange } from './use-range.ts'

/** Up to eight series of any brokers over one time, each unit on its own axis. */
export function ComparePage() {
  const { get, set } = useUrlState()
  const text = get('s')
  const list = useMemo(() => parseCompared(text), [text])
  useEffect(() => {
    // What is compared here is what the charts add to.
    if (text !== null) setCompared(list)
  }, [text, list])
  const change = (next: readonly SeriesOf[]) => {
    setCompared(next)
    set({ s: printCompared(next) })
  }
  return (
    <Page crumbs={[{ label: 'Compare' }]}>
      <PageTitle>
        <h1 className={titleClass}>Compare</h1>
        <span className="text-ink-3">
          {list.length} of {mostCompared} series
        </span>
      </PageTitle>
      {list.length === 0 ? (
        <Card>
          <Empty title="Nothing to compare yet">
            The compare button of a chart, on the page of any broker, destination or group, puts its series
            here.
          </Empty>
        </Card>
      ) : (
        <Comparison list={list} onRemove={(one) => change(list.filter((other) => other !== one))} />
      )}
    </Page>
  )
}

function Comparison({ list, onRemove }: { list: readonly SeriesOf[]; onRemove: (one: SeriesOf) => void }) {
  const { range, choose, zoom } = useRange()
  const { ref, width } = useWidth<HTMLDivElement>()
  const zone = useZone()
  const isPaused = useLiveState().state === 'paused'
  const brokers = useBrokers()
  const names = useSubjectNames(list)
  const specs = useMemo((): ChartSpec[] => list.map((of) => specOf(of)), [list])
  const board = useBoard(specs, range, width, 0)
  const labels = useSameList(
    list.map(({ broker, metric }, index) => {
      const label = brokers.data?.find(({ id }) => id === broker)?.label ?? broker
      return visibleText([label, names[index], metricWord(metric)].filter(Boolean).join(' · '))
    }),
  )
  const data = useSameList(board.results.map(([one]) => one?.data))
  const charts = useMemo(
    () =>
      arrange(list.map((of, index): Compared => ({ of, label: labels[index] ?? '', series: data[index] }))),
    [list, labels, data],
  )
  const ofBrokers = useMemo(() => new Set(list.map(({ broker }) => broker)), [list])
  const only = ofBrokers.size === 1 ? ([...ofBrokers][0] ?? null) : null
  const events = useEvents(only, range)
  const marks = useMemo(
    () => (events.data ?? []).filter(({ broker }) => broker === null || ofBrokers.has(broker)).map(markOf),
    [events.data, ofBrokers],
  )
  return (
    <div ref={ref} className="flex flex-col gap-3">
      <RangeControl range={range} onChoose={choose} sinceMs={board.sinceMs} />
      <ul aria-label="Compared series" className="flex flex-wrap gap-2">
        {list.map((of, index) => (
          <li
            key={nameOfSeries(of)}
            className="flex min-w-0 max-w-full items-center gap-1.5 rounded-control border border-line-strong pl-2.5 text-[12px]"
          >
            <span className={clsx('size-2 shrink-0 rounded-full', dotClass[palette[index] ?? 's1'])} />
            <AppLink href={pathOf(of)} className="min-w-0 truncate hover:text-accent-ink">
              {labels[index]}
            </AppLink>
            <IconButton label={`Remove ${labels[index]}`} onClick={() => onRemove(of)}>
              <X aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      {charts.map((chart) => {
        const results = chart.of.map((place) => board.results[place]?.[0] ?? nothing)
        const retry = () => {
          for (const place of chart.of) board.retry(place)
        }
        const state = stateOf(null, results, zone, retry)
        const failure = results.find((one) => one.failure !== null)?.failure ?? null
        return (
          <TimeChart
            key={chart.id}
            title={charts.length > 1 ? `Compared, ${unitWords(chart.unit)}` : chart.title}
            unit={charts.length > 1 ? null : chart.unit}
            lines={chart.lines}
            span={board.span}
            marks={marks}
            state={state}
            cautions={
              state.kind === 'ready'
                ? cautionsOf(chart.lines, range, board.span.toMs, { isPaused, failure, zone })
                : []
            }
            canLog
            zone={zone}
            height={charts.length > 1 ? 200 : 360}
            onZoom={zoom}
          />
        )
      })}
    </div>
  )
}

const nothing = { data: undefined, isPending: true, failure: null }

function specOf(of: SeriesOf): ChartSpec {
  const id = nameOfSeries(of)
  return { id, title: id, unit: 'count', unsupported: null, lines: [{ of, label: id, tone: 's1' }] }
}

function pathOf({ broker, destination, group }: SeriesOf): string {
  if (destination) return destinationPath(broker, destination)
  return group ? groupPath(broker, group) : brokerPath(broker)
}
