'use client'

import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Name } from '@/components/ui/name'
import { Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { useBroker } from '@/lib/queries/brokers'
import { wordsOf } from '@/lib/queries/errors'
import { useRestoreBackup } from '@/lib/queries/records'
import type { Backup } from '@/lib/schemas/record'

export function RestoreDialog({ backup, onClose }: { backup: Backup; onClose: () => void }) {
  const restore = useRestoreBackup()
  const { data: broker } = useBroker(backup.broker)
  const what = countOf(backup.messages, 'message')
  return (
    <Dialog
      open
      onClose={onClose}
      title={restore.isSuccess ? 'Restored' : `Restore ${what}`}
      description={
        <span className="flex flex-wrap items-center gap-2">
          to <Name name={backup.destinationName} mono className="text-[12px]" /> on{' '}
          {visibleText(broker?.label ?? backup.broker)}
          {broker ? <EnvTag environment={broker.environment} /> : null}
        </span>
      }
      foot={
        restore.isSuccess ? (
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave it</Button>
            <Button look="primary" busy={restore.isPending} onClick={() => restore.mutate(backup.id)}>
              Restore {what}
            </Button>
          </>
        )
      }
    >
      {restore.isSuccess ? (
        <p role="status">{countOf(restore.data.restored, 'message')} put back, confirmed by the broker.</p>
      ) : (
        <div className="flex flex-col gap-3">
          <p>
            They are published again where they were, in the order of the backup, behind what lies there now.
            {backup.state === 'partial' ? ' This backup is partial: it holds what could be written.' : ''}
          </p>
          {restore.isError ? <Note tone="crit">{wordsOf(restore.error)}</Note> : null}
        </div>
      )}
    </Dialog>
  )
}
