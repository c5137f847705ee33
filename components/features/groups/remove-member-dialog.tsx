'use client'

import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Name } from '@/components/ui/name'
import { LoadingRows, Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { wordsOf } from '@/lib/queries/errors'
import { useRemovalEffect, useRemoveMember } from '@/lib/queries/group-acts'
import type { Broker } from '@/lib/schemas/broker'
import type { Group, Member } from '@/lib/schemas/group'

/** Takes a member out of its group: what that does is asked of the broker first. */
export function RemoveMemberDialog({
  broker,
  group,
  member,
  onClose,
}: {
  broker: Broker
  group: Group
  member: Member
  onClose: () => void
}) {
  const effect = useRemovalEffect(broker.id, group.id, member.id)
  const remove = useRemoveMember(broker.id, group.id)
  return (
    <Dialog
      open
      onClose={onClose}
      title={remove.isSuccess ? 'Removed' : 'Remove a member'}
      description={
        <span className="flex flex-wrap items-center gap-2">
          <Name name={member.client ?? member.id} mono className="text-[12px]" /> of {visibleText(group.name)}{' '}
          on {visibleText(broker.label)} <EnvTag environment={broker.environment} />
        </span>
      }
      foot={
        remove.isSuccess ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave it</Button>
            <Button
              look="danger"
              blocked={effect.data ? null : 'What it does is not known yet'}
              busy={remove.isPending}
              onClick={() => remove.mutate(member.id)}
            >
              Remove member
            </Button>
          </>
        )
      }
    >
      {remove.isSuccess ? (
        <p role="status">{visibleText(remove.data.detail)}</p>
      ) : (
        <div className="flex flex-col gap-3">
          {effect.data ? <p>{visibleText(effect.data.effect)}</p> : null}
          {effect.isPending ? <LoadingRows label="Asking what it does" rows={1} /> : null}
          {effect.isError ? <Note tone="crit">{wordsOf(effect.error)}</Note> : null}
          <p className="break-all font-mono text-[12px] text-ink-3">
            {visibleText(member.id)}
            {member.host ? ` on ${visibleText(member.host)}` : ''}
          </p>
          {remove.isError ? <Note tone="crit">{wordsOf(remove.error)}</Note> : null}
        </div>
      )}
    </Dialog>
  )
}
