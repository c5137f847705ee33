import { clsx } from 'clsx'
import type { Measure } from '@/lib/format/reading'

/** A reading in a cell or a sentence: unknown is dim and explains itself, a stale value is dim and italic. */
export function MeasureText({
  measure,
  tone,
  suffix,
  className,
}: {
  measure: Measure
  tone?: 'crit' | 'warn' | undefined
  suffix?: string | undefined
  className?: string
}) {
  return (
    <span
      title={measure.title}
      className={clsx(
        'tabular-nums',
        !measure.known && 'text-ink-3',
        measure.stale && 'text-ink-3 italic',
        measure.known && !measure.stale && tone === 'crit' && 'font-[600] text-crit-ink',
        measure.known && !measure.stale && tone === 'warn' && 'font-[600] text-warn-ink',
        className,
      )}
    >
      {measure.text}
      {measure.known && suffix ? <span className="text-[11.5px] text-ink-3"> {suffix}</span> : null}
      {measure.stale ? <span className="sr-only"> (last known value)</span> : null}
    </span>
  )
}
