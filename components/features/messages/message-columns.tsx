import { itemMark } from '@/components/features/replays'
import type { Column } from '@/components/ui/data-table'
import { Pill } from '@/components/ui/pill'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { formatBytes } from '@/lib/format/number'
import type { Destination } from '@/lib/schemas/destination'
import type { Message } from '@/lib/schemas/message'
import { causeOf } from './failure-words.ts'
import { previewOf } from './payload-text.ts'

/** Columns for what these messages have: a fact no message carries gets no column. Beside an open message only what tells them apart. */
export function messageColumns(
  row: Pick<Destination, 'type'>,
  messages: readonly Message[],
  beside = false,
): Column<Message>[] {
  const any = (has: (message: Message) => unknown) => messages.some((message) => Boolean(has(message)))
  const columns: Column<Message>[] = []
  if (any((message) => message.timestamp))
    columns.push({
      id: 'time',
      header: 'Time',
      width: '142px',
      narrow: 'aside',
      cell: (message) =>
        message.timestamp ? (
          <span className="font-mono text-[12px] text-ink-2">
            <Time at={message.timestamp} style="clock" />
          </span>
        ) : (
          <span className="text-ink-3">none</span>
        ),
    })
  columns.push({
    id: 'position',
    header: row.type === 'queue' ? 'From head' : 'Position',
    width: row.type === 'queue' ? '92px' : row.type === 'topic' ? '116px' : '164px',
    narrow: 'title',
    cell: (message) => (
      <span className="font-mono text-[12px]">
        {row.type === 'queue' ? '#' : ''}
        {visibleText(message.position)}
      </span>
    ),
  })
  if (any((message) => message.key))
    columns.push({
      id: 'key',
      header: 'Key',
      width: '150px',
      cell: (message) => <Mono text={previewOf(message.key, 80)} absent="none" />,
    })
  for (const [name, header] of [
    ['routingKey', 'Routing key'],
    ['messageId', 'Message id'],
  ] as const)
    if (any((message) => message.properties[name]))
      columns.push({
        id: name,
        header,
        width: '170px',
        narrow: 'hidden',
        cell: (message) => <Mono text={textOf(message.properties[name])} absent="none" />,
      })
  if (any((message) => message.deadLetter))
    columns.push({
      id: 'cause',
      header: 'Cause',
      width: '210px',
      narrowLabel: '',
      cell: (message) =>
        message.deadLetter ? (
          <Pill
            tone={
              message.deadLetter.errorClass || message.deadLetter.reason === 'exception' ? 'crit' : 'neutral'
            }
            title={message.deadLetter.message}
          >
            <span className="truncate">{visibleText(causeOf(message.deadLetter))}</span>
          </Pill>
        ) : (
          <span className="text-ink-3">not stated</span>
        ),
    })
  columns.push({
    id: 'body',
    header: 'Body',
    narrow: 'hidden',
    cell: (message) => (
      <span className="font-mono text-[12px] text-ink-2">
        {message.body === null ? (
          <span className="text-ink-3">null</span>
        ) : (
          visibleText(previewOf(message.body) ?? '')
        )}
        {message.replayed ? <span className="sr-only"> replayed before</span> : null}
      </span>
    ),
  })
  if (any((message) => message.replayed))
    columns.push({
      id: 'replayed',
      header: 'Replayed',
      width: '120px',
      // Beside the position: most rows have none, and a label without a value says nothing.
      narrow: 'title',
      cell: (message) => {
        if (!message.replayed) return null
        const mark = itemMark(message.replayed.state)
        return (
          <Pill tone={mark.tone} title={`Run ${message.replayed.run}`}>
            {mark.word}
          </Pill>
        )
      },
    })
  columns.push({
    id: 'size',
    header: 'Size',
    align: 'right',
    width: '88px',
    cell: (message) => <span className="text-ink-2">{formatBytes(message.size)}</span>,
  })
  if (!beside) return columns
  const kept = columns.filter(({ id }) => besideIds.has(id))
  const last = kept.at(-1)
  if (last) {
    const { width: _, ...rest } = last
    kept[kept.length - 1] = rest
  }
  return kept
}

const besideIds = new Set(['time', 'position', 'key', 'messageId', 'cause'])

function Mono({ text, absent }: { text: string | null; absent: string }) {
  if (text === null) return <span className="text-ink-3">{absent}</span>
  return <span className="font-mono text-[12px]">{visibleText(text)}</span>
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}
