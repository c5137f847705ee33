import { AppLink } from '@/components/ui/link'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { replayPath } from '@/lib/format/paths'
import { useReplay } from '@/lib/queries/replays'
import type { Replay } from '@/lib/schemas/replay'

/** What a dry run found: nothing was sent. */
export function PlanView({ plan }: { plan: Replay }) {
  const live = useReplay(plan.id)
  const run = live.data ?? plan
  return (
    <div
      role="status"
      className="flex flex-col gap-2.5 rounded-control border border-accent/40 bg-accent-wash p-3"
    >
      <p>
        <span className="font-[620]">Dry run: nothing was sent.</span> {visibleText(run.sentence)}
      </p>
      <PlanFacts run={run} />
      <p>
        <AppLink href={replayPath(run.id, { items: 'all' })} className="underline underline-offset-3">
          See the fate of each message
        </AppLink>
      </p>
    </div>
  )
}

/** Headers stripped and added, the guarantee, the effects on what stays behind, where messages wait meanwhile. */
export function PlanFacts({ run }: { run: Replay }) {
  const { stripped, added, guarantee, notes, holding } = run.plan
  const effects = run.effects.filter((effect) => effect.code !== 'none')
  return (
    <dl className="grid grid-cols-[120px_minmax(0,1fr)] gap-x-3 gap-y-1 max-md:grid-cols-1">
      <dt className="text-ink-3">Guarantee</dt>
      <dd>{guarantee}</dd>
      <dt className="text-ink-3">Left out</dt>
      <dd className="break-words font-mono text-[12px]">
        {stripped.length > 0 ? visibleText(stripped.join(', ')) : 'no header'}
      </dd>
      <dt className="text-ink-3">Added</dt>
      <dd className="break-words font-mono text-[12px]">{visibleText(added.join(', ')) || 'nothing'}</dd>
      <dt className="text-ink-3">Source</dt>
      <dd>
        {run.settles === 'marks'
          ? 'keeps every message; those delivered are marked here'
          : 'loses a message once the target confirmed it'}
        {effects.length > 0
          ? `. ${effects.map((effect) => effect.detail.replace(/\.$/, '')).join('. ')}`
          : ''}
      </dd>
      {holding ? (
        <>
          <dt className="text-ink-3">Holding</dt>
          <dd className="break-words">{visibleText(holding)}</dd>
        </>
      ) : null}
      {notes.length > 0 ? (
        <>
          <dt className="text-ink-3">{countOf(notes.length, 'note')}</dt>
          <dd>
            {notes.map((note) => (
              <p key={note}>{visibleText(note)}</p>
            ))}
          </dd>
        </>
      ) : null}
    </dl>
  )
}
