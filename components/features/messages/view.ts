import { useUrlState } from '@/components/ui/use-url-state'
import type { MessageView } from '@/lib/queries/messages'
import type { Destination } from '@/lib/schemas/destination'

export type From = 'newest' | 'oldest' | 'time' | 'position'
export const lookSize = 100

/** Where a look may start: what the driver declares, else what this type of destination can be expected to do. */
export function offeredFrom(row: Pick<Destination, 'type' | 'abilities'>): readonly From[] {
  const declared = row.abilities.browse?.limits?.from
  if (Array.isArray(declared)) {
    const known = (['newest', 'oldest', 'time', 'position'] as const).filter((one) => declared.includes(one))
    if (known.length > 0) return known
  }
  return row.type === 'queue' ? ['oldest'] : ['newest', 'oldest', 'time', 'position']
}

/** The look the address asks for. */
export function useMessageView(row: Pick<Destination, 'type' | 'abilities'>): MessageView & { from: string } {
  const { get } = useUrlState()
  const from = get('from') ?? (offeredFrom(row).includes('newest') ? 'newest' : 'oldest')
  return {
    from,
    partition: get('partition') ?? undefined,
    limit: String(lookSize),
  }
}
