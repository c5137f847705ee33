import { clsx } from 'clsx'
import { pathOf } from './sparkline-path.ts'

export type SparklineTone = 's1' | 's2' | 'crit' | 'warn'

const tones: Record<SparklineTone, string> = {
  s1: 'stroke-s1 fill-s1',
  s2: 'stroke-s2 fill-s2',
  crit: 'stroke-crit fill-crit',
  warn: 'stroke-warn fill-warn',
}
export const sparklineSize = { width: 92, height: 18 }

interface SparklineProps {
  points: readonly (number | null)[]
  /** What it says, for those who do not see it. */
  label: string
  /** It is decoration beside a number. */
  decorative?: boolean
  tone?: SparklineTone
  /** Not every value is exact: the line is dashed. */
  dashed?: boolean
}

/** A line without axes: starts at zero, gaps stay open, "no data" is not a line. */
export function Sparkline({
  points,
  label,
  decorative = false,
  tone = 's1',
  dashed = false,
}: SparklineProps) {
  const { width, height } = sparklineSize
  const path = pathOf(points, sparklineSize)
  if (!path) return <span className="text-ink-3">no data</span>
  return (
    <svg
      role="img"
      aria-label={label}
      aria-hidden={decorative || undefined}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className={clsx('block shrink-0 overflow-visible', tones[tone])}
    >
      <title>{label}</title>
      <path d={path.area} stroke="none" fillOpacity={0.1} />
      <path
        d={path.line}
        fill="none"
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeLinecap="round"
        strokeDasharray={dashed ? '3 2.5' : undefined}
      />
    </svg>
  )
}
