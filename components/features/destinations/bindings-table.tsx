'use client'

import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { AppLink } from '@/components/ui/link'
import { Name } from '@/components/ui/name'
import { Empty } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { destinationPath } from '@/lib/format/paths'
import type { Binding, DestinationDetail } from '@/lib/schemas/destination'

export function BindingsTable({ broker, row }: { broker: string; row: DestinationDetail }) {
  const bindings = row.bindings ?? []
  if (bindings.length === 0)
    return (
      <Card>
        <Empty title="No bindings">Nothing routes here but the default exchange, by this name.</Empty>
      </Card>
    )
  return (
    <DataTable
      label="Bindings"
      virtual={false}
      columns={columnsFor(broker)}
      rows={bindings}
      keyOf={(binding) =>
        `${binding.source}\n${binding.destinationType}\n${binding.destination}\n${binding.routingKey}\n${JSON.stringify(binding.arguments ?? {})}`
      }
    />
  )
}

function columnsFor(broker: string): Column<Binding>[] {
  const end = (name: string, id: string | undefined) =>
    id ? (
      <AppLink href={destinationPath(broker, id)} className="flex min-w-0 hover:underline">
        <Name name={name} />
      </AppLink>
    ) : (
      <Name name={name || '(default exchange)'} />
    )
  return [
    {
      id: 'source',
      header: 'From exchange',
      narrow: 'title',
      cell: (binding) => end(binding.source, binding.sourceId),
    },
    {
      id: 'key',
      header: 'Routing key',
      cell: (binding) => (
        <span className="font-mono text-[12px]">
          {binding.routingKey ? visibleText(binding.routingKey) : <span className="text-ink-3">empty</span>}
        </span>
      ),
    },
    {
      id: 'arguments',
      header: 'Arguments',
      narrow: 'hidden',
      cell: (binding) => {
        const entries = Object.entries(binding.arguments ?? {})
        return entries.length === 0 ? (
          <span className="text-ink-3">none</span>
        ) : (
          <span className="font-mono text-[12px]">
            {visibleText(entries.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', '))}
          </span>
        )
      },
    },
    {
      id: 'destination',
      header: 'To',
      cell: (binding) => (
        <span className="flex min-w-0 gap-2">
          {end(binding.destination, binding.destinationId)}
          <span className="text-ink-3">{binding.destinationType}</span>
        </span>
      ),
    },
  ]
}
