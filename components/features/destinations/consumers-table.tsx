'use client'

import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { Empty } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { formatCount } from '@/lib/format/number'
import { measure } from '@/lib/format/reading'
import type { Consumer, DestinationDetail } from '@/lib/schemas/destination'

const text = (value: string | undefined) =>
  value ? visibleText(value) : <span className="text-ink-3">unknown</span>

const columns: Column<Consumer>[] = [
  {
    id: 'name',
    header: 'Consumer',
    narrow: 'title',
    cell: (consumer) => <Name name={consumer.name ?? consumer.id} />,
  },
  { id: 'group', header: 'Group', width: '200px', cell: (consumer) => text(consumer.group) },
  { id: 'host', header: 'Host', width: '190px', cell: (consumer) => text(consumer.host) },
  { id: 'user', header: 'User', width: '120px', narrow: 'hidden', cell: (consumer) => text(consumer.user) },
  {
    id: 'prefetch',
    header: 'Prefetch',
    align: 'right',
    width: '100px',
    cell: (consumer) =>
      consumer.prefetch === undefined ? (
        <span className="text-ink-3">unknown</span>
      ) : consumer.prefetch === null || consumer.prefetch === 0 ? (
        <span className="text-ink-3">unlimited</span>
      ) : (
        formatCount(consumer.prefetch)
      ),
  },
  {
    id: 'pending',
    header: 'Holds',
    align: 'right',
    width: '90px',
    cell: (consumer) => <MeasureText measure={measure(consumer.pending)} />,
  },
  {
    id: 'idle',
    header: 'Idle',
    align: 'right',
    width: '100px',
    cell: (consumer) => <MeasureText measure={measure(consumer.idleMs)} />,
  },
]

/** Who takes messages from here now; a column nobody fills is left out. */
export function ConsumersTable({ row }: { row: DestinationDetail }) {
  const consumers = row.consumers ?? []
  if (consumers.length === 0)
    return (
      <Card>
        <Empty title="No consumers">Nobody takes messages from here now.</Empty>
      </Card>
    )
  const filled: Record<string, boolean> = {
    group: consumers.some((one) => one.group),
    user: consumers.some((one) => one.user),
    prefetch: consumers.some((one) => one.prefetch !== undefined),
    pending: consumers.some((one) => one.pending),
    idle: consumers.some((one) => one.idleMs),
  }
  return (
    <DataTable
      label="Consumers"
      virtual={false}
      columns={columns.filter((column) => filled[column.id] ?? true)}
      rows={consumers}
      keyOf={(consumer) => `${consumer.group ?? ''} ${consumer.id}`}
    />
  )
}
