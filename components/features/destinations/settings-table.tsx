'use client'

import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { Empty } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import type { DestinationDetail, Setting } from '@/lib/schemas/destination'

const columns: Column<Setting>[] = [
  {
    id: 'name',
    header: 'Setting',
    narrow: 'title',
    cell: (setting) => (
      <span className={`font-mono text-[12px] ${setting.isDefault ? 'text-ink-3' : 'font-[560]'}`}>
        {visibleText(setting.name)}
      </span>
    ),
  },
  {
    id: 'value',
    header: 'Value',
    cell: (setting) => (
      <span
        className={`font-mono text-[12px] ${setting.isDefault ? 'text-ink-3' : ''}`}
        title={setting.value === null ? undefined : visibleText(setting.value)}
      >
        {setting.value === null ? <span className="text-ink-3">not set</span> : visibleText(setting.value)}
      </span>
    ),
  },
  {
    id: 'source',
    header: 'Where it is set',
    width: '240px',
    narrowLabel: 'from',
    cell: (setting) => <span className="text-ink-3">{visibleText(setting.source)}</span>,
  },
]

/** Settings; those that differ from the default stand first. */
export function SettingsTable({ row }: { row: DestinationDetail }) {
  if (row.settings.length === 0)
    return (
      <Card>
        <Empty title="No settings">The broker reports none for this destination.</Empty>
      </Card>
    )
  const sorted = [...row.settings].sort(
    (a, b) => Number(a.isDefault ?? false) - Number(b.isDefault ?? false) || a.name.localeCompare(b.name),
  )
  return (
    <DataTable
      label="Settings"
      virtual={false}
      columns={columns}
      rows={sorted}
      keyOf={(setting) => `${setting.source} ${setting.name}`}
    />
  )
}
