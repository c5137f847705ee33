'use client'

import { formatStamp, type Zone } from '@/lib/format/time'
import { formatIn } from '@/lib/format/unit'
import type { ChartLine } from './model.ts'
import { tableOf } from './prepare/table.ts'

/** The values of a chart in rows, newest first. */
export function ChartTable({
  title,
  lines,
  zone,
  height,
}: {
  title: string
  lines: readonly ChartLine[]
  zone: Zone
  height: number
}) {
  const { rows, leftOut } = tableOf(lines)
  return (
    <section
      aria-label={`Values of ${title}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-auto"
      style={{ height }}
    >
      <table className="w-full text-[12px] tabular-nums">
        <thead className="sticky top-0 bg-surface text-ink-3">
          <tr>
            <th scope="col" className="px-1 text-left font-[450]">
              Time
            </th>
            {lines.map(({ id, label }) => (
              <th key={id} scope="col" className="px-1 text-right font-[450]">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ atMs, values }) => (
            <tr key={atMs} className="border-t">
              <td className="whitespace-nowrap px-1">{formatStamp(new Date(atMs).toISOString(), zone)}</td>
              {values.map((value, index) => (
                <td key={lines[index]?.id} className="whitespace-nowrap px-1 text-right">
                  {value === null ? (
                    <span className="text-ink-3">unknown</span>
                  ) : (
                    formatIn(lines[index]?.series.unit ?? null, value)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {leftOut > 0 ? (
        <p className="px-1 py-1 text-ink-3">{leftOut} older moments: zoom in to see them</p>
      ) : null}
    </section>
  )
}
