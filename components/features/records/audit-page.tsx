'use client'

import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { Empty, Failed, LoadingRows } from '@/components/ui/notice'
import { Page, titleClass } from '@/components/ui/page'
import { Pill, type Tone } from '@/components/ui/pill'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { rowsOf } from '@/lib/queries/page'
import { useAudit } from '@/lib/queries/records'
import type { AuditEntry } from '@/lib/schemas/record'

const tones: Record<AuditEntry['outcome'], Tone> = {
  open: 'accent',
  ok: 'neutral',
  failed: 'crit',
  refused: 'warn',
}

const columns: Column<AuditEntry>[] = [
  {
    id: 'verb',
    header: 'What',
    width: '190px',
    narrow: 'title',
    cell: (entry) => <span className="font-mono text-[12px] font-[560]">{visibleText(entry.verb)}</span>,
  },
  {
    id: 'target',
    header: 'On',
    cell: (entry) => {
      const parts = [entry.broker, entry.target].filter((part) => part !== null)
      return parts.length > 0 ? visibleText(parts.join(' / ')) : <span className="text-ink-3">—</span>
    },
  },
  {
    id: 'actor',
    header: 'Who',
    width: '150px',
    cell: (entry) => visibleText(entry.actor),
  },
  {
    id: 'via',
    header: 'Through',
    width: '100px',
    narrow: 'hidden',
    cell: (entry) => <span className="text-ink-3">{entry.via}</span>,
  },
  {
    id: 'outcome',
    header: 'Outcome',
    width: '110px',
    narrow: 'aside',
    cell: (entry) => <Pill tone={tones[entry.outcome]}>{entry.outcome}</Pill>,
  },
  {
    id: 'detail',
    header: 'Detail',
    width: '300px',
    narrow: 'hidden',
    cell: (entry) => (
      <span className="text-ink-2" title={entry.detail ? visibleText(entry.detail) : undefined}>
        {entry.detail ? visibleText(entry.detail) : ''}
      </span>
    ),
  },
  {
    id: 'at',
    header: 'When',
    align: 'right',
    width: '180px',
    narrowLabel: '',
    cell: (entry) => (
      <span className="text-ink-2">
        <Time at={entry.at} />
      </span>
    ),
  },
]

/** Who did what: a row is written before the act and finished after it. */
export function AuditPage() {
  const list = useAudit()
  const rows = rowsOf(list.data?.pages)
  return (
    <Page crumbs={[{ label: 'Audit' }]} fill>
      <div>
        <h1 className={titleClass}>Audit</h1>
        <p className="text-ink-3">
          Every act that changed something, written before it was done. Newest first.
        </p>
      </div>
      {rows.length > 0 ? (
        <DataTable
          label="Audit"
          className="max-md:h-[70dvh] max-md:flex-none"
          columns={columns}
          rows={rows}
          keyOf={(entry) => entry.id}
          onEnd={() => list.hasNextPage && !list.isFetchingNextPage && list.fetchNextPage()}
        />
      ) : (
        <Card>
          {list.isPending ? <LoadingRows label="Loading the audit trail" /> : null}
          {list.isError ? (
            <Failed
              what="Reading the audit trail failed"
              words={wordsOf(list.error)}
              forbidden={isForbidden(list.error)}
              onRetry={() => list.refetch()}
            />
          ) : null}
          {list.isSuccess ? (
            <Empty title="Nothing was changed yet">
              Publishing, replaying, purging and restoring each leave a row here, before they happen.
            </Empty>
          ) : null}
        </Card>
      )}
    </Page>
  )
}
