'use client'

import { ReplaySheet } from '@/components/features/replays'
import { Dialog } from '@/components/ui/dialog'
import { useUrlState } from '@/components/ui/use-url-state'
import { blockedReason } from '@/lib/domain/ability-words'
import { useMessages } from '@/lib/queries/messages'
import { useDenied } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import { originFor } from './selection-bar.tsx'
import { useMessageView } from './view.ts'

/** The replay of everything that lies here; nothing is read or sent by opening it. */
export function ReplayAll({ broker, row }: { broker: Broker; row: DestinationDetail }) {
  const { set } = useUrlState()
  const view = useMessageView(row)
  // What a look has read already; it is no look of its own.
  const read = useMessages(broker.id, row.id, view, false)
  const blocked = useDenied('replays.run') ?? blockedReason(row.abilities, 'claim')
  const samples = read.data?.pages.flatMap((page) => page.items) ?? []
  const close = () => set({ replay: null })
  if (blocked)
    return (
      <Dialog open onClose={close} title="Nothing can be replayed from here">
        <p>{blocked}</p>
      </Dialog>
    )
  return (
    <ReplaySheet
      broker={broker}
      row={row}
      select={{ all: true }}
      samples={samples}
      origin={originFor(row, samples)}
      onClose={close}
    />
  )
}
