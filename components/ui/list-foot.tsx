import { visibleText } from '@/lib/format/name'
import { countOf, formatCount } from '@/lib/format/number'
import { problemWords } from '@/lib/format/problem'

/** How much of the whole is shown, and what could not be read. */
export function ListFoot({
  matching,
  total,
  filtered,
  loading = false,
  note,
  problems = [],
  part = 'row',
}: {
  /** Rows that the filter lets through; null while that is not known. */
  matching: number | null
  total: number | null
  filtered: boolean
  loading?: boolean
  /** What the counts leave out. */
  note?: string | undefined
  /** What a problem is about. */
  part?: 'row' | 'part'
  problems?: readonly { readonly scope: string; readonly message: string }[]
}) {
  const lines = [...new Set(problems.map(problemWords))]
  const [first] = lines
  const count =
    total === null
      ? ''
      : filtered
        ? `${matching === null ? '…' : formatCount(matching)} of ${formatCount(total)} match`
        : `${formatCount(total)} in all`
  return (
    <footer className="flex min-h-[18px] flex-wrap justify-between gap-x-6 gap-y-1 text-[12px] text-ink-3">
      <span role="status">
        {count}
        {note ? `, ${note}` : ''}
        {loading ? `${count ? ', ' : ''}reading the rest` : ''}
      </span>
      {first ? (
        <span className="min-w-0 truncate text-warn-ink" title={visibleText(lines.join('\n'))}>
          {countOf(lines.length, part)} could not be read: {visibleText(first)}
        </span>
      ) : null}
    </footer>
  )
}
