import { itemMark } from '@/components/features/replays'
import { AppLink } from '@/components/ui/link'
import { Note } from '@/components/ui/notice'
import { Time } from '@/components/ui/time'
import { replayPath } from '@/lib/format/paths'
import type { Message } from '@/lib/schemas/message'

/** A log keeps what was replayed: the ledger says so beside the message. */
export function ReplayedNote({ replayed }: { replayed: NonNullable<Message['replayed']> }) {
  return (
    <Note>
      Replayed <Time at={replayed.at} />, {itemMark(replayed.state).word} in{' '}
      <AppLink href={replayPath(replayed.run)} className="text-ink underline underline-offset-3">
        this run
      </AppLink>
      . A log keeps the message itself.
    </Note>
  )
}
