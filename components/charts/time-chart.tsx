'use client'

import { clsx } from 'clsx'
import { RotateCw, Table2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { type ReactNode, useMemo, useState } from 'react'
import { IconButton } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Pill } from '@/components/ui/pill'
import type { Zone } from '@/lib/format/time'
import { unitWords } from '@/lib/format/unit'
import { ChartChips } from './chart-chips.tsx'
import { ChartMarks } from './chart-marks.tsx'
import { ChartOverlay } from './chart-overlay.tsx'
import { ChartTable } from './chart-table.tsx'
import type { ChartLine, Forecast, Mark, ScaleKind, Span, Unit } from './model.ts'
import { fitting, plotOf } from './prepare/geometry.ts'
import { chartWords } from './prepare/summary.ts'
import { timeTicks } from './prepare/time-axis.ts'
import { valueAxisOf } from './prepare/value-axis.ts'
import type { Caution, ChartState } from './state.ts'
import { useWidth } from './use-width.ts'

/** The only part that takes the chart library with it: loaded with the first chart that has something to draw. */
const Draw = dynamic(() => import('./draw.tsx').then((file) => file.Draw), { ssr: false })

export interface TimeChartProps {
  readonly title: string
  readonly unit: Unit | null
  readonly lines: readonly ChartLine[]
  readonly span: Span
  /** Drawn where the chart goes beyond it. */
  readonly nowMs?: number | null
  readonly marks: readonly Mark[]
  readonly forecast?: Forecast | undefined
  readonly state: ChartState
  readonly cautions?: readonly Caution[]
  /** Offers a logarithmic axis. */
  readonly canLog?: boolean
  readonly zone: Zone
  /** Of the plot with its axis, in pixels: kept in every state. */
  readonly height: number
  readonly className?: string | undefined
  readonly acts?: ReactNode
  readonly onZoom: (fromMs: number, toMs: number) => void
}

/** One to eight series over time in a card: what they are and say now, the lines, and the same in words and in rows. */
export function TimeChart(props: TimeChartProps) {
  const { title, unit, lines, span, state, zone, height, cautions = [] } = props
  const [scale, setScale] = useState<ScaleKind>('linear')
  const [isTable, setTable] = useState(false)
  const ready = state.kind === 'ready'
  return (
    <Card className={clsx('flex min-w-0 flex-col px-3 pt-1.5 pb-1', props.className)}>
      <div className="flex h-7 items-center gap-1.5">
        <h3 className="truncate font-[620]" title={title}>
          {title}
        </h3>
        {cautions.length > 0 ? (
          <Cautions cautions={cautions} />
        ) : (
          <span className="min-w-0 shrink-[999] truncate text-[12px] text-ink-3">{unitWords(unit)}</span>
        )}
        <span className="ml-auto flex shrink-0 items-center">
          {props.canLog && ready ? (
            <button
              type="button"
              aria-pressed={scale === 'log'}
              onClick={() => setScale(scale === 'log' ? 'linear' : 'log')}
              className="h-6 rounded-tag px-1.5 text-[12px] text-ink-2 hover:bg-sunken aria-pressed:bg-accent-wash aria-pressed:text-accent-ink max-md:h-9"
            >
              log
            </button>
          ) : null}
          {ready ? (
            <IconButton
              label={isTable ? `${title} as a chart` : `${title} as a table`}
              aria-pressed={isTable}
              onClick={() => setTable(!isTable)}
            >
              <Table2 aria-hidden />
            </IconButton>
          ) : null}
          {props.acts}
        </span>
      </div>
      <div className="flex h-[18px] items-center gap-2">
        {ready ? <ChartChips lines={lines} span={span} /> : null}
      </div>
      {!ready ? (
        <Instead state={state} height={height} title={title} />
      ) : isTable ? (
        <ChartTable title={title} lines={lines} zone={zone} height={height} />
      ) : (
        <Plotted {...props} scale={scale} />
      )}
    </Card>
  )
}

function Cautions({ cautions }: { cautions: readonly Caution[] }) {
  return (
    <span className="flex min-w-0 shrink-[2] gap-1 overflow-hidden">
      {cautions.map(({ word, title, tone }) => (
        <Pill key={word} tone={tone} title={title}>
          {word}
        </Pill>
      ))}
    </span>
  )
}

function Plotted({ scale, ...props }: TimeChartProps & { scale: ScaleKind }) {
  const { title, lines, span, marks, forecast, zone, height } = props
  const { ref, width } = useWidth<HTMLDivElement>()
  const { left, right } = useMemo(() => {
    const on = (side: 'left' | 'right') => lines.filter(({ axis = 'left' }) => axis === side)
    const beside = on('right')
    return {
      left: valueAxisOf(on('left'), scale, forecast),
      right: beside.length > 0 ? valueAxisOf(beside, scale) : null,
    }
  }, [lines, scale, forecast])
  const plot = useMemo(() => plotOf({ width, height }, left, right), [width, height, left, right])
  const times = useMemo(() => fitting(timeTicks(span, zone), span, plot, width), [span, zone, plot, width])
  return (
    <div ref={ref} className="relative min-w-0 overflow-hidden" style={{ height }}>
      {width > 0 ? (
        <>
          <div role="img" aria-label={chartWords(title, lines)}>
            <Draw
              width={width}
              height={height}
              span={span}
              lines={lines}
              left={left}
              right={right}
              times={times}
              forecast={forecast}
              plot={plot}
            />
          </div>
          <ChartMarks marks={marks} nowMs={props.nowMs ?? null} span={span} plot={plot} />
          <ChartOverlay
            title={title}
            lines={lines}
            span={span}
            plot={plot}
            zone={zone}
            onZoom={props.onZoom}
          />
        </>
      ) : null}
    </div>
  )
}

/** The place of the lines, kept, with why there are none. */
function Instead({ state, height, title }: { state: ChartState; height: number; title: string }) {
  return (
    <div
      className="flex flex-col items-center justify-center gap-1 overflow-hidden px-2 text-center text-[12px] text-ink-3"
      style={{ height }}
    >
      {state.kind === 'loading' ? (
        <span role="status" className="h-px w-full bg-line">
          <span className="sr-only">Loading {title}</span>
        </span>
      ) : state.kind === 'failed' ? (
        <>
          <p className="line-clamp-3 break-words text-ink-2">{state.words}</p>
          <button
            type="button"
            onClick={state.onRetry}
            className="inline-flex h-7 items-center gap-1.5 rounded-control px-2 font-[550] text-ink hover:bg-sunken"
          >
            <RotateCw className="size-3.5" aria-hidden />
            Try again
          </button>
        </>
      ) : state.kind === 'unsupported' ? (
        <>
          <p className="font-[550] text-ink-2">Not measured here</p>
          <p className="line-clamp-3">{state.reason}</p>
        </>
      ) : state.kind === 'none' ? (
        <>
          <p className="font-[550] text-ink-2">No data</p>
          <p className="line-clamp-3">{state.words}</p>
        </>
      ) : null}
    </div>
  )
}
