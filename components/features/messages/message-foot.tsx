'use client'

import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { ReplaySheet } from '@/components/features/replays'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { useKeys } from '@/components/ui/use-keys'
import { blockedReason } from '@/lib/domain/ability-words'
import { visibleText } from '@/lib/format/name'
import { useDenied } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import type { Message } from '@/lib/schemas/message'
import { useSelectedCount } from './selected-count.ts'
import { originFor } from './selection-bar.tsx'
import { summaryOf } from './summary.ts'

/** The open message's own acts: they touch only this one, whatever is ticked in the list. */
export function MessageFoot({
  broker,
  row,
  message,
}: {
  broker: Broker
  row: DestinationDetail
  message: Message
}) {
  const [replaying, setReplaying] = useState(false)
  const denied = useDenied('replays.run')
  const blocked = denied ?? blockedReason(row.abilities, 'claim')
  const origin = originFor(row, [message])
  const selected = useSelectedCount()
  useKeys({ r: () => setReplaying(true) }, blocked === null)
  return (
    <footer className="flex shrink-0 items-center gap-2 border-t px-4 py-3 max-md:flex-wrap">
      <Button
        look={selected > 0 ? 'plain' : 'primary'}
        className="min-w-0 shrink!"
        keyHint="r"
        blocked={blocked}
        onClick={() => setReplaying(true)}
      >
        <RotateCcw className="size-3.5" aria-hidden />
        <span className="truncate">Replay this one{origin ? ` to ${visibleText(origin)}` : ''}</span>
      </Button>
      <CopyButton compact label="Copy body" text={message.body?.text ?? message.body?.base64 ?? ''} />
      <CopyButton
        label="Copy summary"
        shortcut="c"
        text={() => summaryOf(broker, row, message, { link: window.location.href, at: new Date() })}
      />
      {replaying ? (
        <ReplaySheet
          broker={broker}
          row={row}
          select={{ ids: [message.id] }}
          samples={[message]}
          origin={origin}
          onClose={() => setReplaying(false)}
        />
      ) : null}
    </footer>
  )
}
