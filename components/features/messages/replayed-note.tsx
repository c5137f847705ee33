import { itemMark } from '@/components/features/replays'
import { AppLink } from '@/components/ui/link'
import { Note } from '@/components/ui/notice'
import { Time } from '@/components/ui/time'
import { replayPath } from '@/lib/format/paths'
import type { Message } from '@/lib/schemas/message'

/** What the ledger of a run says of this message; a log keeps the message itself. */
export function ReplayedNote({
  replayed,
  isKept,
}: {
  replayed: NonNullable<Message['replayed']>
  isKept: boolean
}) {
  const isWaiting = replayed.state === 'pending'
  return (
    <Note>
      {isWaiting ? 'Chosen' : 'Replayed'} <Time at={replayed.at} />, {itemMark(replayed.state).word} in{' '}
      <AppLink href={replayPath(replayed.run)} className="text-ink underline underline-offset-3">
        this run
      </AppLink>
      .{isKept && !isWaiting ? ' A log keeps the message itself.' : ''}
    </Note>
  )
}
