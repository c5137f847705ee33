'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import { SkipDialog, useOffsetsBlocked } from '@/components/features/offsets'
import { Button } from '@/components/ui/button'
import { blockedReason } from '@/lib/domain/ability-words'
import { partWord } from '@/lib/domain/status'
import { visibleText } from '@/lib/format/name'
import { useDenied } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import type { Group, LagRow, Member, PendingEntry } from '@/lib/schemas/group'
import { CountButton } from './count-button.tsx'

const RemoveMemberDialog = dynamic(
  () => import('./remove-member-dialog.tsx').then((file) => file.RemoveMemberDialog),
  { ssr: false },
)
const ClaimDialog = dynamic(() => import('./claim-dialog.tsx').then((file) => file.ClaimDialog), {
  ssr: false,
})

const small = 'h-6! px-2! text-[12px]! max-md:h-8!'

/** What can be done about one partition, and the dialog that was opened from it; null where nothing can. */
export function useLagActs(broker: Broker | undefined, group: Group) {
  const [skipping, setSkipping] = useState<LagRow | null>(null)
  const blocked = useOffsetsBlocked(group)
  const part = partWord(group)
  const canSkip = group.abilities.offsets !== undefined && blocked === null
  // A group that keeps a list of what it delivered is of a log whose entries can be counted.
  const canCount = group.pending !== undefined
  const act =
    broker && (canSkip || canCount)
      ? (row: LagRow) => (
          <span className="flex items-center justify-end gap-1">
            {canCount && !isExact(row) ? <CountButton broker={broker.id} group={group.id} row={row} /> : null}
            {canSkip && mayWait(row) ? (
              <Button
                look="ghost"
                className={small}
                aria-label={`Skip one message of ${visibleText(row.destination)} ${row.partition}`}
                onClick={() => setSkipping(row)}
              >
                Skip one…
              </Button>
            ) : null}
          </span>
        )
      : undefined
  const dialog =
    broker && skipping ? (
      <SkipDialog
        broker={broker}
        group={group}
        row={skipping}
        part={part}
        onClose={() => setSkipping(null)}
      />
    ) : null
  return { act, dialog }
}

/** A partition that is known to be read to its end has nothing to step over. */
function mayWait({ lag }: LagRow): boolean {
  return lag.state !== 'ok' || lag.value > 0
}

function isExact({ lag }: LagRow): boolean {
  return lag.state === 'ok' && lag.quality === 'exact'
}

/** Taking members out of a group; nothing where this broker has no such act. */
export function useMemberActs(broker: Broker | undefined, group: Group) {
  const [removing, setRemoving] = useState<Member | null>(null)
  const denied = useDenied('groups.manage')
  const blocked = denied ?? blockedReason(group.abilities, 'members')
  const act =
    broker && group.abilities.members
      ? (member: Member) => (
          <Button
            look="ghost"
            className={small}
            blocked={blocked}
            aria-label={`Remove ${visibleText(member.client ?? member.id)}`}
            onClick={() => setRemoving(member)}
          >
            Remove…
          </Button>
        )
      : undefined
  const dialog =
    broker && removing ? (
      <RemoveMemberDialog broker={broker} group={group} member={removing} onClose={() => setRemoving(null)} />
    ) : null
  return { act, dialog }
}

/** Ticked pending entries and what is done with them. */
export function usePendingActs(broker: Broker | undefined, group: Group) {
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set())
  const [claiming, setClaiming] = useState<readonly PendingEntry[] | null>(null)
  const denied = useDenied('groups.manage')
  const blocked = denied ?? blockedReason(group.abilities, 'pending')
  const entries = (group.pending ?? []).filter((entry) => checked.has(pendingKey(entry)))
  const canClaim = broker !== undefined && group.abilities.pending !== undefined
  const button =
    canClaim && entries.length > 0 ? (
      <Button blocked={blocked} onClick={() => setClaiming(entries)}>
        Claim {entries.length} for…
      </Button>
    ) : null
  const dialog =
    broker && claiming ? (
      <ClaimDialog
        broker={broker}
        group={group}
        entries={claiming}
        onClose={() => setClaiming(null)}
        onClaimed={() => setChecked(new Set())}
      />
    ) : null
  const onCheck = (keys: readonly string[], on: boolean) =>
    setChecked((before) => {
      const next = new Set(before)
      for (const key of keys) {
        if (on) next.add(key)
        else next.delete(key)
      }
      return next
    })
  return { selection: canClaim ? { checked, onCheck } : undefined, button, dialog }
}

export const pendingKey = (entry: Pick<PendingEntry, 'id' | 'destination'>) =>
  `${entry.id} ${entry.destination}`
