import { clsx } from 'clsx'
import type { Mark, Span } from './model.ts'
import type { Plot } from './prepare/geometry.ts'
import { clusterMarks } from './prepare/marks.ts'

/** Pixels the word now needs to itself. */
const nowRoom = 48

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
  const events = clusterMarks(marks, span, plot.width)
  const isAhead = nowMs !== null && nowMs < span.toMs
  const now = isAhead ? [{ id: 'now', atMs: nowMs, label: 'now', text: 'Now' }] : []
  // Now is no event: it gives way where one stands, and is never counted among them.
  const free = clusterMarks(now, span, plot.width).filter(({ x }) =>
    events.every((event) => Math.abs(event.x - x) > nowRoom),
  )
  return (
    <div
      aria-hidden
      data-marks=""
      className="pointer-events-none absolute"
      style={{ left: plot.left, top: 0, width: plot.width, height: plot.top + plot.height }}
    >
      {[...events, ...free].map(({ x, marks: some, label, side }) => (
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
