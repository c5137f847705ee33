import { visibleText } from '@/lib/format/name'
import { formatBytes } from '@/lib/format/number'
import type { Message } from '@/lib/schemas/message'

/** Three of the messages, as a check that these are the ones meant. */
export function SampleList({ samples, isQueue }: { samples: readonly Message[]; isQueue: boolean }) {
  if (samples.length === 0) return null
  return (
    <ul className="rounded-control border">
      {samples.slice(0, 3).map((message) => (
        <li
          key={message.id}
          className="flex min-w-0 gap-3 border-b px-3 py-1.5 font-mono text-[12px] last:border-b-0"
        >
          <span className="shrink-0 text-ink-3">
            {isQueue ? '#' : ''}
            {visibleText(message.position)}
          </span>
          <span className="min-w-0 flex-1 truncate">
            {visibleText(message.key?.text ?? message.body?.text?.slice(0, 160) ?? 'binary')}
          </span>
          <span className="shrink-0 text-ink-3">{formatBytes(message.size)}</span>
        </li>
      ))}
      {samples.length > 3 ? (
        <li className="px-3 py-1.5 text-[12px] text-ink-3">three of {samples.length} read</li>
      ) : null}
    </ul>
  )
}
