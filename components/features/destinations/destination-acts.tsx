'use client'

import { Eraser } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { blockedReason } from '@/lib/domain/ability-words'
import { useDenied } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'

const PurgeDialog = dynamic(() => import('./purge-dialog.tsx').then((file) => file.PurgeDialog), {
  ssr: false,
})

/** Acts on the whole destination. */
export function DestinationActs({ broker, row }: { broker: Broker; row: DestinationDetail }) {
  const [purging, setPurging] = useState(false)
  const denied = useDenied('messages.purge')
  if (!row.abilities.purge || row.type === 'exchange') return null
  return (
    <>
      <Button
        look="quiet-danger"
        blocked={denied ?? blockedReason(row.abilities, 'purge')}
        onClick={() => setPurging(true)}
      >
        <Eraser className="size-3.5" aria-hidden />
        Purge
      </Button>
      {purging ? <PurgeDialog broker={broker} row={row} onClose={() => setPurging(false)} /> : null}
    </>
  )
}
