import { TriangleAlert } from 'lucide-react'
import { Key } from '@/components/ui/button'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { wordsOf } from '@/lib/queries/errors'
import type { Problem } from '@/lib/schemas/problem'

/** What could not be searched, and the keys. */
export function PaletteFoot({
  count,
  hasMore,
  isInside,
  problems,
  error,
}: {
  count: number
  hasMore: boolean
  isInside: boolean
  problems: readonly Problem[]
  error: Error | null
}) {
  const [first] = problems
  const rest = problems.length - 1
  const gap = error
    ? `Names were not searched: ${wordsOf(error)}`
    : first
      ? `${first.message}${rest > 0 ? `; and ${rest} more` : ''}`
      : null
  return (
    <div className="flex shrink-0 flex-col border-t text-[12px] text-ink-3">
      {gap ? (
        <p role="status" className="flex items-start gap-2 bg-warn-wash px-3.5 py-1.5 text-warn-ink">
          <TriangleAlert className="mt-[3px] size-3.5 shrink-0" aria-hidden />
          <span className="line-clamp-2 min-w-0 break-words" title={visibleText(gap)}>
            {visibleText(gap)}
          </span>
        </p>
      ) : null}
      <div className="flex items-center gap-4 px-3.5 py-1.5 max-md:hidden">
        <span className="flex items-center gap-1.5">
          <Key>↑↓</Key> move
        </span>
        <span className="flex items-center gap-1.5">
          <Key>enter</Key> go
        </span>
        {hasMore ? (
          <span className="flex items-center gap-1.5">
            <Key>→</Key> what else
          </span>
        ) : null}
        <span className="flex items-center gap-1.5">
          <Key>esc</Key> {isInside ? 'back' : 'close'}
        </span>
      </div>
      <span role="status" className="sr-only">
        {countOf(count, 'line fits', 'lines fit')}
      </span>
    </div>
  )
}
