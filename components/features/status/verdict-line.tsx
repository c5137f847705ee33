import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import type { Verdict } from '@/lib/schemas/need'

const tones = { ok: 'text-ok-ink', warn: 'text-warn-ink', crit: 'text-crit-ink', unknown: 'text-ink-2' }

/** One word and one sentence, since when, and what they follow from. */
export function VerdictLine({ verdict }: { verdict: Verdict }) {
  return (
    <div className="flex flex-col gap-1">
      <p>
        <span className={`font-[650] ${tones[verdict.level]}`}>{verdict.word}.</span>{' '}
        {visibleText(verdict.sentence)}
        {verdict.since && verdict.level !== 'ok' ? (
          <span className="text-ink-3">
            {' '}
            Since <Time at={verdict.since} style="clock" />.
          </span>
        ) : null}
      </p>
      <ul aria-label="Evidence" className="flex flex-wrap gap-x-4 text-[12px] text-ink-3">
        {verdict.evidence.map((line) => (
          <li key={line}>{visibleText(line)}</li>
        ))}
      </ul>
    </div>
  )
}
