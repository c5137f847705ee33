import { Note } from '@/components/ui/notice'
import { visibleText } from '@/lib/format/name'
import type { Broker } from '@/lib/schemas/broker'

/** On every page of a broker that refuses what is published: whatever is done there, this is why it fails. */
export function BlockedNote({ broker }: { broker: Pick<Broker, 'label' | 'blocked' | 'state'> | undefined }) {
  if (!broker?.blocked || broker.state === 'down') return null
  return (
    <Note tone="crit">
      <span className="font-[620]">{visibleText(broker.label)} is blocked.</span>{' '}
      {visibleText(broker.blocked)}
    </Note>
  )
}
