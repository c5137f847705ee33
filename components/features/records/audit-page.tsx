'use client'

import { useMemo } from 'react'
import { Card } from '@/components/ui/card'
import { ColumnsMenu } from '@/components/ui/columns-menu'
import { type Column, DataTable } from '@/components/ui/data-table'
import { ListFoot } from '@/components/ui/list-foot'
import { Page, titleClass } from '@/components/ui/page'
import { Pill, type Tone } from '@/components/ui/pill'
import { Time } from '@/components/ui/time'
import { auditChips, auditTable } from '@/lib/domain/filter/tables/records'
import { visibleText } from '@/lib/format/name'
import { rowsOf } from '@/lib/queries/page'
import { useAudit } from '@/lib/queries/records'
import type { AuditEntry } from '@/lib/schemas/record'
import { FilterBar, NoRows, shortNote, useFilter, useFiltered, useRestOfList } from '../filter/index.ts'

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
    width: '230px',
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
  const filter = useFilter(auditTable)
  const pages = list.data?.pages
  const all = useMemo(() => rowsOf(pages), [pages])
  const { isShort } = useRestOfList(list, all.length, filter.applied !== '')
  const { rows, counts } = useFiltered(all, filter, auditTable, auditChips)
  return (
    <Page crumbs={[{ label: 'Audit' }]} fill>
      <div>
        <h1 className={titleClass}>Audit</h1>
        <p className="text-ink-3">
          Every act that changed something, written before it was done. Newest first.
        </p>
      </div>
      <FilterBar
        label="Filter the audit trail"
        placeholder="Filter by words, or age<1h"
        table={auditTable}
        filter={filter}
        rows={all}
        matching={list.isSuccess ? rows.length : null}
        chips={auditChips}
        counts={list.isSuccess && !list.hasNextPage ? counts : undefined}
      >
        <ColumnsMenu table="audit" columns={columns} />
      </FilterBar>
      {rows.length > 0 ? (
        <DataTable
          label="Audit"
          className="max-md:h-[70dvh] max-md:flex-none"
          layout="audit"
          columns={columns}
          rows={rows}
          keyOf={keyOf}
          onEnd={() => list.hasNextPage && !list.isFetchingNextPage && list.fetchNextPage()}
        />
      ) : (
        <Card>
          <NoRows
            list={list}
            filter={filter}
            loading="Loading the audit trail"
            failed="Reading the audit trail failed"
            one="entry"
            none={{
              title: 'Nothing was changed yet',
              words:
                'Publishing, replaying, purging and restoring each leave a row here, before they happen.',
            }}
          />
        </Card>
      )}
      <ListFoot
        matching={list.isSuccess ? rows.length : null}
        total={list.isSuccess ? all.length : null}
        filtered={filter.applied !== ''}
        loading={list.isFetchingNextPage}
        note={shortNote(isShort, list.hasNextPage, all.length)}
      />
    </Page>
  )
}

const keyOf = (entry: AuditEntry) => entry.id
