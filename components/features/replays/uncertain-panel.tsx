'use client'

import { Button } from '@/components/ui/button'
import { Card, CardHead } from '@/components/ui/card'
import { AppLink } from '@/components/ui/link'
import { Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { destinationPath } from '@/lib/format/paths'
import { wordsOf } from '@/lib/queries/errors'
import { rowsOf } from '@/lib/queries/page'
import { useReplayItems, useResolveItem } from '@/lib/queries/replays'
import { useDenied } from '@/lib/queries/session'
import type { Replay } from '@/lib/schemas/replay'

/** Messages whose confirmation was lost: never resent by themselves. A person looks at both ends and decides. */
export function UncertainPanel({ run }: { run: Replay }) {
  const items = useReplayItems(run.id, 'uncertain')
  const resolve = useResolveItem(run.id)
  const denied = useDenied('replays.run')
  const rows = rowsOf(items.data?.pages)
  // A run to the origin names its targets only in what it found there.
  const target = run.target.id ? run.target : run.outcome?.targets[0]
  const link = 'text-ink underline underline-offset-3'
  return (
    <Card className="border-warn/60">
      <CardHead title={`${countOf(run.counts.uncertain, 'message')} in doubt`} />
      <p className="px-3.5 pt-3 text-ink-2">
        Sent, but the confirmation never came. Each still lies in{' '}
        <AppLink href={destinationPath(run.broker, run.source.id)} className={link}>
          {visibleText(run.source.name)}
        </AppLink>{' '}
        and may also lie in{' '}
        {target?.id ? (
          <AppLink href={destinationPath(run.target.broker, target.id)} className={link}>
            {visibleText(target.name ?? 'the target')}
          </AppLink>
        ) : (
          'the target'
        )}{' '}
        under its replay id. Look there, then decide.
      </p>
      <ul className="p-3.5 pt-2">
        {rows.slice(0, 50).map((item) => (
          <li key={item.row} className="flex flex-wrap items-center gap-2 border-b py-1.5 last:border-b-0">
            <code className="font-mono text-[12px]">{visibleText(item.replayId)}</code>
            <span className="min-w-0 flex-1 truncate text-ink-3">
              {item.reason ? visibleText(item.reason) : ''}
            </span>
            <Button
              blocked={denied}
              busy={resolve.isPending && resolve.variables?.row === item.row}
              onClick={() => resolve.mutate({ row: item.row, verdict: 'arrived' })}
            >
              It arrived
            </Button>
            <Button
              blocked={denied}
              busy={resolve.isPending && resolve.variables?.row === item.row}
              onClick={() => resolve.mutate({ row: item.row, verdict: 'resend' })}
            >
              Send again
            </Button>
          </li>
        ))}
      </ul>
      {resolve.isError ? (
        <div className="px-3.5 pb-3">
          <Note tone="crit">{wordsOf(resolve.error)}</Note>
        </div>
      ) : null}
    </Card>
  )
}
