import { clsx } from 'clsx'
import type { Mark, Span } from './model.ts'
import type { Plot } from './prepare/geometry.ts'
import { clusterMarks } from './prepare/marks.ts'

/** Dotted verticals for what happened, and where now is when the chart goes beyond it. The list of events says it in words. */
export function ChartMarks({
  marks,
  nowMs,
  span,
  plot,
}: {
  marks: readonly Mark[]
  nowMs: number | null
  span: Span
  plot: Plot
}) {
  const all =
    nowMs !== null && nowMs < span.toMs
      ? [...marks, { id: 'now', atMs: nowMs, label: 'now', text: 'Now' }]
      : marks
  return (
    <div
      aria-hidden
      data-marks=""
      className="pointer-events-none absolute"
      style={{ left: plot.left, top: 0, width: plot.width, height: plot.top + plot.height }}
    >
      {clusterMarks(all, span, plot.width).map(({ x, marks: some, label, side }) => (
        <span
          key={some[0]?.id}
          className="absolute top-[7px] bottom-0 border-ink-3 border-l border-dotted"
          style={{ left: x }}
        >
          <span className="-left-[3px] -top-px absolute size-[5px] rounded-full bg-ink-3" />
          {label ? (
            <span
              className={clsx(
                '-top-[7px] absolute whitespace-nowrap text-[10.5px] text-ink-2 leading-[14px]',
                side === 'right' ? 'left-1.5' : 'right-1.5',
              )}
            >
              {label}
            </span>
          ) : null}
        </span>
      ))}
    </div>
  )
}
