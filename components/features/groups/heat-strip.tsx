'use client'

import { clsx } from 'clsx'
import { type CSSProperties, type KeyboardEvent, useState } from 'react'
import { CardHead } from '@/components/ui/card'
import { StateMark } from '@/components/ui/state-mark'
import { useZone } from '@/components/ui/time'
import { countOf, formatCompact, formatCount } from '@/lib/format/number'
import { describePoints, spanOf } from '@/lib/format/points'
import { formatStamp } from '@/lib/format/time'
import type { PartitionSeries } from '@/lib/queries/recent'
import { buildHeat, type HeatCell, type HeatRow } from './heat.ts'

interface HeatStripProps {
  series: readonly PartitionSeries[]
  /** Since when a partition's commit has not moved, for those that are stuck. */
  stuckSince: ReadonlyMap<number, number>
  part: 'partition' | 'stream'
  /** Chooses among several topics. */
  picker: React.ReactNode
}

/** Lag of each partition over the last 15 minutes; what is stuck or hot is red, and says so in a word. */
export function HeatStrip({ series, stuckSince, part, picker }: HeatStripProps) {
  const zone = useZone()
  const [at, setAt] = useState<{ row: number; step: number } | null>(null)
  const [line] = series
  if (!line) return null
  const steps = line.points.length
  const startMs = Date.parse(line.at) - (steps - 1) * line.stepMs
  const stepOf = (ms: number) => Math.max(0, Math.floor((ms - startMs) / line.stepMs))
  const heat = buildHeat(
    series.map(({ partition, points }) => {
      const since = stuckSince.get(partition)
      return { partition, points, stuckFrom: since === undefined ? null : stepOf(since) }
    }),
  )
  const clock = (step: number) =>
    formatStamp(new Date(startMs + step * line.stepMs).toISOString(), zone).slice(11)
  const nameOf = (row: HeatRow) =>
    row.partition === null ? `${formatCount(row.folded)} others` : `${part} ${row.partition}`
  const wordsOf = (cell: HeatCell, step: number) => `${clock(step)}, ${lagWords(cell)}`
  const pointed = at && heat.rows[at.row]
  const pointedCell = at && pointed?.cells[at.step]
  // The last step of the first row is where the keyboard comes in.
  const home = at ?? { row: 0, step: steps - 1 }
  const find = (target: EventTarget) => {
    const cell = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-step]') : null
    return cell ? { row: Number(cell.dataset.row), step: Number(cell.dataset.step) } : null
  }
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const to = moveFrom(home, event.key, heat.rows.length, steps)
    if (!to) return
    event.preventDefault()
    setAt(to)
    event.currentTarget.querySelector<HTMLElement>(`[data-row="${to.row}"][data-step="${to.step}"]`)?.focus()
  }
  return (
    <>
      <CardHead
        title={heat.rows.some((row) => row.mark === 'stuck') ? 'Where it is stuck' : 'Where the lag is'}
        hint={`lag of each ${part}, ${spanOf(line)}, kept in memory; darker is more`}
      >
        {picker}
      </CardHead>
      <div className="px-3.5 pt-3 pb-2.5">
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells the arrows reach is a grid.
          role="grid"
          aria-label={`Lag by ${part} and time`}
          className="w-full table-fixed border-separate border-spacing-px"
          onMouseOver={(event) => setAt(find(event.target))}
          onMouseLeave={() => setAt(null)}
          onFocus={(event) => setAt(find(event.target))}
          onBlur={() => setAt(null)}
          onKeyDown={move}
        >
          <tbody>
            {heat.rows.map((row, rowIndex) => (
              <tr key={row.partition ?? 'others'}>
                <th
                  scope="row"
                  className={clsx(
                    'w-36 truncate pr-2.5 text-right text-[12px] max-md:w-20',
                    row.mark ? 'font-[620] text-crit-ink' : 'font-[450] text-ink-2',
                  )}
                >
                  <span className="flex items-center justify-end gap-1.5">
                    {row.mark ? <StateMark level="crit" label="" /> : null}
                    <span className="truncate">
                      {row.partition === null ? (
                        nameOf(row)
                      ) : (
                        <>
                          <span className="max-md:sr-only">{part} </span>
                          {row.partition}
                        </>
                      )}
                    </span>
                    {row.mark ? <span>{row.mark}</span> : null}
                  </span>
                  <span className="sr-only">{summaryOf(row, line)}</span>
                </th>
                {row.cells.map((cell, step) => (
                  <td
                    // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place.
                    key={step}
                    data-row={rowIndex}
                    data-step={step}
                    tabIndex={home.row === rowIndex && home.step === step ? 0 : -1}
                    aria-label={wordsOf(cell, step)}
                    className="h-4 rounded-[2px] p-0 max-md:h-3.5"
                    style={fillOf(cell)}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        <div className="mt-1.5 flex justify-between pl-36 text-[11.5px] text-ink-3 tabular-nums max-md:pl-20">
          <span>{clock(0)}</span>
          <span>{clock(Math.floor(steps / 2))}</span>
          <span>{clock(steps - 1)}</span>
        </div>
        <p className="mt-1.5 min-h-5 text-[12px] text-ink-2 tabular-nums">
          {pointed && pointedCell && at
            ? `${nameOf(pointed)}, ${wordsOf(pointedCell, at.step)}`
            : `Red: more than ${formatCompact(heat.threshold)} behind, or messages wait and the commit does not move. Hatched: not read.`}
        </p>
      </div>
    </>
  )
}

function lagWords({ value, lowest }: HeatCell): string {
  if (value === null) return 'not read'
  if (lowest === undefined || lowest === null) return `lag ${formatCompact(value)}`
  return `lag from ${formatCompact(lowest)} to ${formatCompact(value)}`
}

function summaryOf(row: HeatRow, line: PartitionSeries): string {
  const points = row.cells.map((cell) => cell.value)
  const what = row.partition === null ? `highest lag of ${countOf(row.folded, 'partition')}` : 'lag'
  return `: ${describePoints(what, { ...line, points }, 'count')}`
}

function moveFrom(from: { row: number; step: number }, key: string, rows: number, steps: number) {
  const clamp = (value: number, end: number) => Math.min(end - 1, Math.max(0, value))
  const by = (down: number, right: number) => ({
    row: clamp(from.row + down, rows),
    step: clamp(from.step + right, steps),
  })
  if (key === 'ArrowRight') return by(0, 1)
  if (key === 'ArrowLeft') return by(0, -1)
  if (key === 'ArrowDown') return by(1, 0)
  if (key === 'ArrowUp') return by(-1, 0)
  if (key === 'Home') return by(0, -steps)
  if (key === 'End') return by(0, steps)
  return null
}

const coolShares = [7, 14, 22, 31, 40, 50]
const hotShares = [40, 40, 40, 55, 76, 100]

/** Neutral below the threshold, red only above it. */
function fillOf({ value, isHot, shade }: HeatCell): CSSProperties {
  if (value === null)
    return {
      background: 'repeating-linear-gradient(135deg, var(--line) 0 1px, transparent 1px 4px)',
    }
  const share = (isHot ? hotShares : coolShares)[shade] ?? 50
  const ink = isHot ? 'var(--crit)' : 'var(--ink-3)'
  return { background: `color-mix(in srgb, ${ink} ${share}%, var(--surface))` }
}
