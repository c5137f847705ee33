'use client'

import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ColumnsMenu } from '@/components/ui/columns-menu'
import { type Column, DataTable } from '@/components/ui/data-table'
import { AppLink } from '@/components/ui/link'
import { ListFoot } from '@/components/ui/list-foot'
import { Name } from '@/components/ui/name'
import { Page, titleClass } from '@/components/ui/page'
import { Pill } from '@/components/ui/pill'
import { Time } from '@/components/ui/time'
import { backupChips, backupTable } from '@/lib/domain/filter/tables/records'
import { visibleText } from '@/lib/format/name'
import { formatBytes, formatCount } from '@/lib/format/number'
import { destinationPath } from '@/lib/format/paths'
import { useBrokers } from '@/lib/queries/brokers'
import { rowsOf } from '@/lib/queries/page'
import { useBackups } from '@/lib/queries/records'
import { useDenied } from '@/lib/queries/session'
import type { Backup } from '@/lib/schemas/record'
import { FilterBar, NoRows, shortNote, useFilter, useFiltered, useRestOfList } from '../filter/index.ts'

const RestoreDialog = dynamic(() => import('./restore-dialog.tsx').then((file) => file.RestoreDialog), {
  ssr: false,
})

const causes: Record<Backup['cause'], string> = {
  purge: 'purged',
  delete: 'deleted',
  park: 'parked',
  acknowledge: 'acknowledged',
}
const states: Record<Backup['state'], { word: string; tone: 'neutral' | 'ok' | 'warn' | 'accent' }> = {
  writing: { word: 'being written', tone: 'accent' },
  complete: { word: 'complete', tone: 'ok' },
  partial: { word: 'partial', tone: 'warn' },
  restored: { word: 'restored', tone: 'neutral' },
}

/** What was purged or taken out, when and by whom; each can be put back. */
export function BackupsPage() {
  const list = useBackups()
  const denied = useDenied('backups.restore')
  const [restoring, setRestoring] = useState<Backup | null>(null)
  const filter = useFilter(backupTable)
  const brokers = useBrokers()
  const columns = useMemo(() => {
    const labels = new Map((brokers.data ?? []).map((broker) => [broker.id, broker.label]))
    return columnsFor(denied, labels, setRestoring)
  }, [denied, brokers.data])
  const pages = list.data?.pages
  const all = useMemo(() => rowsOf(pages), [pages])
  const { isShort } = useRestOfList(list, all.length, filter.applied !== '')
  const { rows, counts } = useFiltered(all, filter, backupTable, backupChips)
  return (
    <Page crumbs={[{ label: 'Backups' }]} fill>
      <div>
        <h1 className={titleClass}>Backups</h1>
        <p className="text-ink-3">
          Messages taken out by a purge, a deletion or parking, kept before they left the broker.
        </p>
      </div>
      <FilterBar
        label="Filter backups"
        placeholder="Filter by name, or messages>100"
        table={backupTable}
        filter={filter}
        rows={all}
        matching={list.isSuccess ? rows.length : null}
        chips={backupChips}
        counts={list.isSuccess && !list.hasNextPage ? counts : undefined}
      >
        <ColumnsMenu table="backups" columns={columns} />
      </FilterBar>
      {rows.length > 0 ? (
        <DataTable
          label="Backups"
          className="max-md:h-[70dvh] max-md:flex-none"
          layout="backups"
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
            loading="Loading backups"
            failed="Listing the backups failed"
            one="backup"
            none={{
              title: 'No backups',
              words: 'A purge, a deletion or parking writes one first. Nothing was taken out so far.',
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
      {restoring ? <RestoreDialog backup={restoring} onClose={() => setRestoring(null)} /> : null}
    </Page>
  )
}

const keyOf = (backup: Backup) => backup.id

function columnsFor(
  denied: string | null,
  labels: ReadonlyMap<string, string>,
  onRestore: (backup: Backup) => void,
): Column<Backup>[] {
  return [
    {
      id: 'destination',
      header: 'From',
      narrow: 'title',
      cell: (backup) => (
        <span className="flex min-w-0 gap-2">
          <AppLink
            href={destinationPath(backup.broker, backup.destination)}
            className="flex min-w-0 font-[560]"
          >
            <Name name={backup.destinationName} />
          </AppLink>
          <span className="truncate text-ink-3">
            {visibleText(labels.get(backup.broker) ?? backup.broker)}
          </span>
        </span>
      ),
    },
    { id: 'cause', header: 'Why', width: '120px', narrowLabel: '', cell: (backup) => causes[backup.cause] },
    {
      id: 'messages',
      header: 'Messages',
      align: 'right',
      width: '110px',
      cell: (backup) => formatCount(backup.messages),
    },
    {
      id: 'bytes',
      header: 'Size',
      align: 'right',
      width: '100px',
      narrow: 'hidden',
      cell: (backup) => formatBytes(backup.bytes),
    },
    {
      id: 'by',
      header: 'By',
      width: '130px',
      narrow: 'hidden',
      cell: (backup) => <span className="text-ink-2">{visibleText(backup.createdBy)}</span>,
    },
    {
      id: 'at',
      header: 'When',
      width: '170px',
      narrowLabel: '',
      cell: (backup) => <Time at={backup.createdAt} />,
    },
    {
      id: 'state',
      header: 'State',
      width: '130px',
      narrow: 'hidden',
      cell: (backup) => (
        <Pill
          tone={states[backup.state].tone}
          title={backup.restoredAt ? `restored ${backup.restoredAt}` : undefined}
        >
          {states[backup.state].word}
        </Pill>
      ),
    },
    {
      id: 'restore',
      header: <span className="sr-only">Restore</span>,
      align: 'right',
      width: '120px',
      narrow: 'aside',
      cell: (backup) => (
        <Button
          className="h-6! px-2!"
          blocked={denied ?? refusal(backup)}
          aria-label={`Restore ${backup.destinationName}`}
          onClick={() => onRestore(backup)}
        >
          Restore
        </Button>
      ),
    },
  ]
}

function refusal(backup: Backup): string | null {
  if (backup.state === 'restored') return 'Restored already: a second time would double the messages'
  if (backup.state === 'writing') return 'Still being written'
  if (backup.messages === 0) return 'There was nothing to keep: nothing can be put back'
  return null
}
