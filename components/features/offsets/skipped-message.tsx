'use client'

import { Time } from '@/components/ui/time'
import { looksFree } from '@/lib/domain/ability-words'
import { visibleText } from '@/lib/format/name'
import { useDestinationSearch } from '@/lib/queries/destinations'
import { useMessages } from '@/lib/queries/messages'

const shownCharacters = 600

/** The message that would be stepped over, where looking at it costs the broker nothing. */
export function SkippedMessage({
  broker,
  destination,
  partition,
  position,
}: {
  broker: string
  destination: string
  partition: number | undefined
  position: string | null
}) {
  const search = useDestinationSearch(broker, destination)
  const found = search.data?.items.find((one) => one.name === destination && one.type !== 'exchange')
  const may = found !== undefined && position !== null && looksFree(found.abilities.browse)
  const view = { from: position ?? undefined, partition: partition?.toString(), limit: '1' }
  const look = useMessages(broker, found?.id ?? '', view, may)
  const [message] = look.data?.pages[0]?.items ?? []
  if (search.isPending || (may && look.isPending))
    return <p className="text-ink-3">Looking at the message…</p>
  if (!message)
    return (
      <p className="text-ink-3">
        {may
          ? 'The message itself could not be read.'
          : 'The message is not looked at: a look here has effects.'}
      </p>
    )
  const { body, key, timestamp } = message
  const text = body?.text ?? (body ? `${body.bytes} bytes` : 'no body')
  return (
    <figure className="flex min-w-0 flex-col gap-1">
      <figcaption className="flex flex-wrap gap-x-3 text-[12px] text-ink-3">
        <span className="font-mono">{visibleText(message.position)}</span>
        {key ? <span>key {visibleText(key.text ?? key.base64 ?? '')}</span> : null}
        {timestamp ? <Time at={timestamp} /> : null}
      </figcaption>
      <pre className="max-h-36 overflow-auto whitespace-pre-wrap break-all rounded-control bg-sunken px-3 py-2 font-mono text-[12px]">
        {visibleText(text.slice(0, shownCharacters))}
        {text.length > shownCharacters ? ' …' : ''}
      </pre>
    </figure>
  )
}
