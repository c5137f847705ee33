'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { Card } from '@/components/ui/card'
import { ColumnsMenu } from '@/components/ui/columns-menu'
import { type Column, DataTable } from '@/components/ui/data-table'
import { AppLink } from '@/components/ui/link'
import { ListFoot } from '@/components/ui/list-foot'
import { Name } from '@/components/ui/name'
import { Page, titleClass } from '@/components/ui/page'
import { Pill } from '@/components/ui/pill'
import { StateMark } from '@/components/ui/state-mark'
import { Time } from '@/components/ui/time'
import { replayChips, replayTable } from '@/lib/domain/filter/tables/records'
import { visibleText } from '@/lib/format/name'
import { formatCount } from '@/lib/format/number'
import { deadLettersPath, replayPath } from '@/lib/format/paths'
import { useBrokers } from '@/lib/queries/brokers'
import { rowsOf } from '@/lib/queries/page'
import { isMoving, useReplayHistory } from '@/lib/queries/replays'
import type { Replay } from '@/lib/schemas/replay'
import { FilterBar, NoRows, shortNote, useFilter, useFiltered, useRestOfList } from '../filter/index.ts'
import { CountsBar } from './counts-bar.tsx'
import { runLevel, targetWords } from './replay-words.ts'

/** Running and past runs, newest first. */
export function ReplaysPage() {
  const router = useRouter()
  const list = useReplayHistory()
  const brokers = useBrokers()
  const filter = useFilter(replayTable)
  const labels = useMemo(
    () => new Map((brokers.data ?? []).map((broker) => [broker.id, broker.label])),
    [brokers.data],
  )
  const columns = useMemo(() => columnsFor(labels), [labels])
  const pages = list.data?.pages
  const all = useMemo(() => rowsOf(pages), [pages])
  const { isShort } = useRestOfList(list, all.length, filter.applied !== '')
  const { rows, counts } = useFiltered(all, filter, replayTable, replayChips)
  const running = all.filter((run) => isMoving(run)).length
  const total = pages?.[0]?.total ?? (list.isSuccess && !list.hasNextPage ? all.length : null)
  return (
    <Page crumbs={[{ label: 'Replays' }]} fill>
      <div>
        <h1 className={titleClass}>Replays</h1>
        <p className="text-ink-3">
          {list.isSuccess
            ? `${running > 0 ? `${running} running. ` : ''}A finished run says what was delivered, not what became of it.`
            : 'Every run with the fate of each message'}
        </p>
      </div>
      <FilterBar
        label="Filter replays"
        placeholder="Filter by name, or failed>0"
        table={replayTable}
        filter={filter}
        rows={all}
        matching={list.isSuccess ? rows.length : null}
        chips={replayChips}
        counts={list.isSuccess && !list.hasNextPage ? counts : undefined}
      >
        <ColumnsMenu table="replays" columns={columns} />
      </FilterBar>
      {rows.length > 0 ? (
        <DataTable
          label="Replays"
          className="max-md:h-[70dvh] max-md:flex-none"
          layout="replays"
          columns={columns}
          rows={rows}
          keyOf={keyOf}
          onOpen={(run) => router.push(replayPath(run.id) as Route)}
          onEnd={() => list.hasNextPage && !list.isFetchingNextPage && list.fetchNextPage()}
        />
      ) : (
        <Card>
          <NoRows
            list={list}
            filter={filter}
            loading="Loading replays"
            failed="Listing the replays failed"
            one="replay"
            none={{ title: 'No replay yet', words: <HowToReplay /> }}
          />
        </Card>
      )}
      <ListFoot
        matching={list.isSuccess ? rows.length : null}
        total={total ?? (list.isSuccess ? all.length : null)}
        filtered={filter.applied !== ''}
        loading={list.isFetchingNextPage}
        note={shortNote(isShort, total === null, all.length)}
      />
    </Page>
  )
}

function HowToReplay() {
  return (
    <>
      Open a{' '}
      <AppLink href={deadLettersPath()} className="underline underline-offset-3">
        dead-letter queue
      </AppLink>
      , select messages, and replay them to where they came from.
    </>
  )
}

const keyOf = (run: Replay) => run.id

function columnsFor(labels: ReadonlyMap<string, string>): Column<Replay>[] {
  return [
    {
      id: 'source',
      header: 'From',
      narrow: 'title',
      cell: (run) => (
        <span className="flex min-w-0 items-center gap-2.5">
          <StateMark level={runLevel(run)} label={run.state} />
          <AppLink href={replayPath(run.id)} className="flex min-w-0 font-[560]">
            <Name name={run.source.name} />
          </AppLink>
          <span className="truncate text-ink-3 max-md:hidden">
            {visibleText(labels.get(run.broker) ?? run.broker)}
          </span>
        </span>
      ),
    },
    {
      id: 'target',
      header: 'To',
      width: '200px',
      narrowLabel: 'to',
      cell: (run) => <span className="truncate">{visibleText(targetWords(run))}</span>,
    },
    {
      id: 'state',
      header: 'State',
      width: '130px',
      narrow: 'aside',
      cell: (run) => (
        <Pill tone={run.state === 'failed' ? 'crit' : isMoving(run) ? 'accent' : 'neutral'}>
          {run.dryRun ? (isMoving(run) ? 'dry run, planning' : 'dry run') : run.state}
        </Pill>
      ),
    },
    {
      id: 'bar',
      header: 'Messages',
      width: '170px',
      narrow: 'hidden',
      cell: (run) =>
        run.dryRun ? <span className="text-ink-3">nothing was sent</span> : <CountsBar counts={run.counts} />,
    },
    {
      id: 'done',
      header: 'Delivered',
      align: 'right',
      width: '130px',
      cell: (run) =>
        run.dryRun ? (
          <span className="text-ink-3">—</span>
        ) : (
          <>
            {formatCount(run.counts.done)}{' '}
            <span className="text-ink-3">of {formatCount(run.counts.total)}</span>
          </>
        ),
    },
    {
      id: 'by',
      header: 'By',
      width: '110px',
      narrow: 'hidden',
      cell: (run) => <span className="text-ink-3">{visibleText(run.createdBy)}</span>,
    },
    {
      id: 'at',
      header: 'Planned',
      align: 'right',
      width: '190px',
      narrow: 'hidden',
      cell: (run) => (
        <span className="text-ink-3">
          <Time at={run.createdAt} />
        </span>
      ),
    },
  ]
}
