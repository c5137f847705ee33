import { formatCount } from '@/lib/format/number'
import type { ReplayCounts } from '@/lib/schemas/replay'
import { itemWords, segmentFills } from './replay-words.ts'

/** One bar whose segments are the ledger's six counts; they always sum to the total. */
export function CountsBar({ counts, legend = false }: { counts: ReplayCounts; legend?: boolean }) {
  const parts = segmentFills.filter(([state]) => counts[state] > 0)
  const words = parts.map(([state]) => `${formatCount(counts[state])} ${itemWords[state]}`).join(', ')
  return (
    <div className="min-w-0">
      <div
        role="img"
        aria-label={`${formatCount(counts.total)} in all: ${words || 'nothing'}`}
        className="flex h-2 gap-px overflow-hidden rounded-full bg-line forced-color-adjust-none"
      >
        {parts.map(([state, fill]) => (
          <span
            key={state}
            className={`${fill} transition-[flex-grow] duration-150`}
            style={{ flexGrow: counts[state], minWidth: 3 }}
          />
        ))}
      </div>
      {legend ? (
        <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1">
          {parts.map(([state, fill]) => (
            <li key={state} className="flex items-center gap-1.5">
              <span aria-hidden className={`size-2 rounded-full forced-color-adjust-none ${fill}`} />
              <span className="font-[620] tabular-nums">{formatCount(counts[state])}</span>
              <span className="text-ink-2">{itemWords[state]}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
