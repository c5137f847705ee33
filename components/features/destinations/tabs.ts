import { formatCount } from '@/lib/format/number'
import type { DestinationDetail } from '@/lib/schemas/destination'

export interface DestinationTab {
  readonly id: string
  readonly label: string
  readonly count?: string
}

/** The tabs this destination has: a part the broker does not have here gets none. */
export function tabsOf(row: DestinationDetail): DestinationTab[] {
  const can = (facet: 'browse' | 'publish') =>
    row.abilities[facet] !== undefined && row.abilities[facet].level !== 'none'
  const readable = can('browse') || row.abilities.browse?.reason !== undefined
  return [
    ...(readable && row.type !== 'exchange' ? [{ id: 'messages', label: 'Messages' }] : []),
    ...(row.bindings ? [{ id: 'bindings', label: 'Bindings', count: formatCount(row.bindings.length) }] : []),
    ...(row.partitions
      ? [{ id: 'partitions', label: 'Partitions', count: formatCount(row.partitions.length) }]
      : []),
    ...(row.consumers
      ? [{ id: 'consumers', label: 'Consumers', count: formatCount(row.consumers.length) }]
      : []),
    { id: 'settings', label: 'Settings' },
    ...(can('publish') || row.abilities.publish?.reason !== undefined
      ? [{ id: 'publish', label: 'Publish' }]
      : []),
  ]
}
