import { EyeOff } from 'lucide-react'
import { useMemo } from 'react'
import { bytesOfBase64, hexDump } from '@/lib/format/bytes'
import { type JsonToken, layOutJson } from '@/lib/format/json-tokens'
import { formatBytes } from '@/lib/format/number'
import type { Payload } from '@/lib/schemas/message'
import { CodeBlock } from './code-block.tsx'
import { viewWords } from './payload-text.ts'

const colors: Record<JsonToken['kind'], string | undefined> = {
  key: 'text-accent-ink',
  string: 'text-ok-ink',
  number: 'text-warn-ink',
  word: 'text-crit-ink',
  mark: undefined,
}

/** A body for reading: JSON set out with its numbers exactly as written, text as text, hex otherwise. */
export function BodyView({ payload, bodyHref }: { payload: Payload | null; bodyHref: string }) {
  if (!payload) return <p className="py-6 text-center text-ink-3">No body: null, not an empty one</p>
  return (
    <div className="flex flex-col gap-2">
      {payload.bytes === 0 ? (
        <p className="py-6 text-center text-ink-3">An empty body, 0 bytes</p>
      ) : (
        <Code payload={payload} />
      )}
      <p className="text-ink-3">
        {viewWords(payload)} · {formatBytes(payload.bytes)}
        {payload.truncated ? ' · only the beginning is shown. ' : ''}
        {payload.truncated ? (
          <a href={bodyHref} className="text-ink underline underline-offset-3" download>
            Download it whole
          </a>
        ) : null}
      </p>
      {payload.note ? (
        <p className="flex items-center gap-1.5 text-ink-3">
          <EyeOff className="size-3.5" aria-hidden />
          {payload.note}
        </p>
      ) : null}
    </div>
  )
}

function Code({ payload }: { payload: Payload }) {
  const lines = useMemo(() => (payload.text === undefined ? null : layOutJson(payload.text)), [payload.text])
  if (lines)
    return (
      <CodeBlock label="Body" testId="body">
        {lines.map((line) => (
          <code key={line.number} className="block whitespace-pre">
            {line.tokens.map((token) => (
              <span key={token.at} className={colors[token.kind]}>
                {token.text}
              </span>
            ))}
          </code>
        ))}
      </CodeBlock>
    )
  if (payload.text !== undefined)
    return (
      <CodeBlock label="Body" testId="body" className="whitespace-pre-wrap break-words">
        {payload.text}
      </CodeBlock>
    )
  return <RawView payload={payload} />
}

/** The bytes as they lie on the broker. */
export function RawView({ payload }: { payload: Payload | null }) {
  if (!payload) return <p className="py-6 text-center text-ink-3">No body: null, not an empty one</p>
  const dump = payload.base64 === undefined ? (payload.hex ?? '') : hexDump(bytesOfBase64(payload.base64))
  return (
    <div className="flex flex-col gap-2">
      <CodeBlock label="Bytes" className="max-md:text-[11px]">
        {dump || 'The bytes were not sent with the list'}
      </CodeBlock>
      <p className="text-ink-3">
        {formatBytes(payload.bytes)} as they lie on the broker
        {payload.bytes > 4096 ? ', the first 4096 shown' : ''}
      </p>
    </div>
  )
}
