import { visibleText } from '@/lib/format/name'
import { formatCount } from '@/lib/format/number'
import type { Problem } from '@/lib/schemas/problem'

/** How much of the whole is shown, and what could not be read. */
export function ListFoot({
  shown,
  total,
  filtered,
  loading,
  problems,
}: {
  shown: number
  total: number | undefined
  filtered: boolean
  loading: boolean
  problems: readonly Problem[]
}) {
  const seen = new Set(problems.map((problem) => `${problem.scope}: ${problem.message}`))
  const first = [...seen][0]
  return (
    <footer className="flex flex-wrap justify-between gap-x-6 gap-y-1 text-[12px] text-ink-3">
      <span role="status">
        {total === undefined
          ? `${formatCount(shown)} shown`
          : filtered
            ? `${formatCount(total)} match`
            : shown < total
              ? `${formatCount(shown)} of ${formatCount(total)} loaded, more as you scroll`
              : `${formatCount(total)} in all`}
        {loading ? ', loading more' : ''}
      </span>
      {first ? (
        <span className="min-w-0 truncate text-warn-ink" title={visibleText([...seen].join('\n'))}>
          {seen.size === 1 ? '1 part' : `${seen.size} parts`} could not be read: {visibleText(first)}
        </span>
      ) : null}
    </footer>
  )
}
