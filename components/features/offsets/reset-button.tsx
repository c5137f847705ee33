'use client'

import { History } from 'lucide-react'
import dynamic from 'next/dynamic'
import { Button } from '@/components/ui/button'
import { useUrlState } from '@/components/ui/use-url-state'
import { blockedReason } from '@/lib/domain/ability-words'
import { useDenied } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import type { Group } from '@/lib/schemas/group'

const ResetSheet = dynamic(() => import('./reset-sheet.tsx').then((file) => file.ResetSheet), { ssr: false })

interface ResetButtonProps {
  broker: Broker
  group: Group
  part: 'partition' | 'stream'
}

/** Why the offsets of this group cannot be set; null when they can. */
export function useOffsetsBlocked(group: Group): string | null {
  const denied = useDenied('groups.manage')
  return denied ?? blockedReason(group.abilities, 'offsets')
}

/** Opens the sheet, whose being open stands in the address (`?offsets=plan`). */
export function ResetButton({ broker, group, part }: ResetButtonProps) {
  const { get, set } = useUrlState()
  const blocked = useOffsetsBlocked(group)
  if (!group.abilities.offsets) return null
  return (
    <>
      <Button blocked={blocked} onClick={() => set({ offsets: 'plan' })}>
        <History className="size-3.5" aria-hidden />
        Plan an offset reset
      </Button>
      {get('offsets') === 'plan' && blocked === null ? (
        <ResetSheet broker={broker} group={group} part={part} onClose={() => set({ offsets: null })} />
      ) : null}
    </>
  )
}
