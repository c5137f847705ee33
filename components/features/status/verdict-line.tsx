import { CopyButton } from '@/components/ui/copy-button'
import { Time } from '@/components/ui/time'
import { summarize } from '@/lib/domain/status'
import { visibleText } from '@/lib/format/name'
import type { Verdict } from '@/lib/schemas/need'

const tones = { ok: 'text-ok-ink', warn: 'text-warn-ink', crit: 'text-crit-ink', unknown: 'text-ink-2' }

/** One word and one sentence, since when, and what they follow from. `of`: what it is of, where it is to be copied. */
export function VerdictLine({ verdict, of }: { verdict: Verdict; of?: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-1 [overflow-wrap:anywhere]">
      <p>
        <span className={`font-[650] ${tones[verdict.level]}`}>{verdict.word}.</span>{' '}
        {visibleText(verdict.sentence)}
        {verdict.since && verdict.level !== 'ok' ? (
          <span className="text-ink-3">
            {' '}
            {verdict.atLeast ? 'At least since' : 'Since'} <Time at={verdict.since} />.
          </span>
        ) : null}
        {of ? (
          <span className="ml-1 inline-block align-middle">
            <CopyButton
              compact
              label="Copy summary"
              text={() => summarize(of, verdict, [window.location.href])}
            />
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
