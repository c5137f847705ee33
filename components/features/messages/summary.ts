import { itemMark } from '@/components/features/replays'
import { countOf } from '@/lib/format/number'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import type { Message } from '@/lib/schemas/message'
import { causeOf } from './failure-words.ts'

/** A message for a chat or a ticket, in markdown: what, since when, by what evidence, what was done, where. */
export function summaryOf(
  broker: Pick<Broker, 'label' | 'environment'>,
  row: Pick<DestinationDetail, 'name' | 'type'>,
  message: Message,
  place: { readonly link: string; readonly at: Date },
): string {
  const { deadLetter: failure, replayed } = message
  const name = `${row.type === 'queue' ? '#' : ''}${message.position}`
  const lines = [`**Message ${name} of ${row.name}** on ${broker.label} (${broker.environment})`]
  if (failure) {
    const { origin, attempts, firstAt, lastAt, evidence } = failure
    lines.push(`- what: ${causeOf(failure)}${failure.message ? `: ${oneLine(failure.message)}` : ''}`)
    if (origin.destination) lines.push(`- came from: ${origin.destination}`)
    if (attempts !== undefined) lines.push(`- tried: ${countOf(attempts, 'attempt')}`)
    const since = [firstAt, lastAt].filter((at, index, all) => at !== undefined && all.indexOf(at) === index)
    if (since.length > 0) lines.push(`- failed: ${since.join(', last ')}`)
    const headers = [...new Set(evidence.map((item) => item.header))]
    if (headers.length > 0) lines.push(`- evidence: header ${headers.join(', ')}`)
  } else if (message.timestamp) lines.push(`- written: ${message.timestamp}`)
  lines.push(
    `- done: ${replayed ? `replayed by run ${replayed.run}, ${itemMark(replayed.state).word}` : 'nothing yet'}`,
  )
  lines.push(`- ${place.link} (as of ${place.at.toISOString()})`)
  return lines.join('\n')
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').slice(0, 300)
