'use client'

import { useMemo } from 'react'
import { Card, CardHead } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { useUrlState } from '@/components/ui/use-url-state'
import { countOf } from '@/lib/format/number'
import { problemWords } from '@/lib/format/problem'
import { sortValue } from '@/lib/format/reading'
import { useConnections } from '@/lib/queries/connections'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { rowsOf } from '@/lib/queries/page'
import type { Broker } from '@/lib/schemas/broker'
import { useRestOfList } from '../filter/index.ts'
import { connectionColumns } from './connection-columns.tsx'

const left = new Set(['reads', 'channels'])

/** The connections that read from one destination; who holds most of it first. Nothing where the broker lists none. */
export function HeldBy({ broker, destination }: { broker: Broker; destination: string }) {
  const ability = broker.abilities.connections
  const on = ability !== undefined && ability.level !== 'none'
  const list = useConnections(broker.id, destination, on)
  const { get, set } = useUrlState()
  const pages = list.data?.pages
  const all = useMemo(() => rowsOf(pages), [pages])
  useRestOfList(list, all.length, on)
  const rows = useMemo(
    () =>
      all.toSorted(
        (a, b) =>
          sortValue(b.readings.unacked) - sortValue(a.readings.unacked) || a.client.localeCompare(b.client),
      ),
    [all],
  )
  if (!on) return null
  const [problem] = pages?.flatMap((page) => page.problems ?? []) ?? []
  return (
    <Card className="overflow-hidden">
      <CardHead
        title="Connections"
        hint={list.isSuccess ? countOf(all.length, 'connection') : 'who holds what'}
      />
      {problem ? (
        <div className="px-3.5 pt-2">
          <Note tone="warn">{problemWords(problem)}</Note>
        </div>
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          label="Connections that read from here"
          className={`rounded-none border-0 ${rows.length > 40 ? 'h-[480px] flex-none' : ''}`}
          virtual={rows.length > 40}
          columns={connectionColumns.filter(({ id }) => !left.has(id))}
          rows={rows}
          keyOf={(one) => one.id}
          onOpen={(one) => set({ connection: one.id }, get('connection') ? 'replace' : 'push')}
          current={get('connection')}
        />
      ) : list.isPending ? (
        <LoadingRows label="Loading connections" rows={3} />
      ) : list.isError ? (
        <Failed
          what="Listing the connections failed"
          words={wordsOf(list.error)}
          forbidden={isForbidden(list.error)}
          onRetry={() => list.refetch()}
        />
      ) : (
        <Empty title="No connections">No connection reads from here now.</Empty>
      )}
    </Card>
  )
}
