import type { ReactNode } from 'react'
import { visibleText } from '@/lib/format/name'
import { formatBytes } from '@/lib/format/number'
import type { Message } from '@/lib/schemas/message'

function sampleText({ key, body }: Message): ReactNode {
  const text = key?.text || body?.text?.slice(0, 160)
  if (text) return visibleText(text)
  const word = body === null ? 'no body' : body.bytes === 0 ? 'empty body' : 'binary'
  return <span className="text-ink-3">{word}</span>
}

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
          <span className="min-w-0 flex-1 truncate">{sampleText(message)}</span>
          <span className="shrink-0 text-ink-3">{formatBytes(message.size)}</span>
        </li>
      ))}
      {samples.length > 3 ? (
        <li className="px-3 py-1.5 text-[12px] text-ink-3">three of {samples.length} read</li>
      ) : null}
    </ul>
  )
}
