'use client'

import { type Column, DataTable } from '@/components/ui/data-table'
import { MeasureText } from '@/components/ui/measure-text'
import { Name } from '@/components/ui/name'
import { visibleText } from '@/lib/format/name'
import { measure } from '@/lib/format/reading'
import type { Member } from '@/lib/schemas/group'
import { actsColumn } from './acts-column.tsx'

const text = (value: string | undefined) =>
  value ? visibleText(value) : <span className="text-ink-3">unknown</span>

const columns: Column<Member>[] = [
  {
    id: 'id',
    header: 'Member',
    narrow: 'title',
    cell: (member) => <Name name={member.id} mono className="text-[12px]" />,
  },
  { id: 'client', header: 'Client', width: '190px', cell: (member) => text(member.client) },
  { id: 'host', header: 'Host', width: '160px', cell: (member) => text(member.host) },
  {
    id: 'holds',
    header: 'Holds',
    width: '260px',
    narrow: 'hidden',
    cell: (member) => {
      if (!member.assignments) return <span className="text-ink-3">—</span>
      const all = member.assignments
        .map((one) => `${visibleText(one.destination)} ${one.partitions.join(', ')}`)
        .join('; ')
      return <span title={all}>{all || <span className="text-ink-3">nothing</span>}</span>
    },
  },
  {
    id: 'pending',
    header: 'Pending',
    align: 'right',
    width: '90px',
    cell: (member) => <MeasureText measure={measure(member.pending)} />,
  },
  {
    id: 'idle',
    header: 'Idle',
    align: 'right',
    width: '100px',
    cell: (member) => <MeasureText measure={measure(member.idleMs)} />,
  },
]

export function MembersTable({
  members,
  act,
}: {
  members: readonly Member[]
  /** What can be done about a member. */
  act?: ((member: Member) => React.ReactNode) | undefined
}) {
  const measured = members.some((member) => member.pending || member.idleMs)
  return (
    <DataTable
      label="Members"
      className="rounded-none border-0"
      virtual={false}
      columns={[
        ...(measured ? columns : columns.filter((column) => !['pending', 'idle'].includes(column.id))),
        ...(act ? [actsColumn(act, '110px')] : []),
      ]}
      rows={members}
      keyOf={(member) => member.id}
    />
  )
}
