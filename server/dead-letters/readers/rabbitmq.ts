import type { Header, HeaderItem } from '../../../lib/schemas/header.ts'
import { type FailureReason, failureReasonSchema } from '../../../lib/schemas/message.ts'
import { textOfHeader } from '../../brokers/contract/index.ts'
import { type Fact, type Facts, mapFact, type Reader } from './facts.ts'
import { timeOf, wholeNumberOf } from './values.ts'
import type { MessageView } from './view.ts'

/** One entry of x-death: how often a message died in one queue of one reason. `time` is the first of these times. */
interface Death {
  readonly at: string
  readonly queue: string | null
  readonly reason: string | null
  readonly exchange: string | null
  readonly routingKey: string | null
  readonly count: number | null
  readonly timeMs: number | null
}

const marks = ['x-death', 'x-first-death-queue', 'x-first-death-reason', 'x-last-death-queue'] as const

/** The broker's own record (3.x and 4.x): newest entry first, one entry for each queue and reason. */
export const rabbitmqReader: Reader = {
  name: 'rabbitmq',
  owns: /^x-(death|(first|last)-death-(queue|reason|exchange))$/,
  read(view) {
    if (!view.has(...marks)) return null
    const deaths = deathsOf(view.header('x-death'))
    const destination = originOf(view, deaths)
    const there = deaths.filter((death) => death.queue === destination?.value)
    const cause = there[0] ?? deaths[0]
    const facts: Facts = {
      destination,
      exchange: exchangeOf(view, there.at(-1)),
      routingKey: factOf(there.at(-1), 'routingKey', 'routing-keys[0]', 'key it came with'),
      reason: reasonOf(view, cause),
      attempts: attemptsOf(view, there),
      ...timesOf(deaths),
    }
    return { facts }
  },
}

/** Where it died first: later entries are retry queues it passed, or the dead-letter queue itself. */
function originOf(view: MessageView, deaths: readonly Death[]): Fact<string> | undefined {
  return (
    view.text('x-first-death-queue', 'the queue it died in first') ??
    factOf(deaths.at(-1), 'queue', 'queue', 'oldest death') ??
    view.text('x-last-death-queue', 'the queue it died in last')
  )
}

/** An empty name is the default exchange, and says so. */
function exchangeOf(view: MessageView, death: Death | undefined): Fact<string> | undefined {
  const first = view.header('x-first-death-exchange')
  const value = first && textOfHeader(first)
  if (typeof value === 'string')
    return { value, header: 'x-first-death-exchange', rule: 'exchange it came through' }
  return factOf(death, 'exchange', 'exchange', 'exchange it came through')
}

function reasonOf(view: MessageView, cause: Death | undefined): Fact<FailureReason> | undefined {
  const fact =
    factOf(cause, 'reason', 'reason', 'newest death in its origin') ??
    view.text('x-last-death-reason', 'reason of its last death') ??
    view.text('x-first-death-reason', 'reason of its first death')
  return mapFact(fact, (word) => {
    const known = failureReasonSchema.safeParse(word)
    return known.success ? known.data : 'unknown'
  })
}

/**
 * How often a consumer had it and refused. Expired and overflowed messages were tried by nobody: not known.
 * A delivery limit is one death after many deliveries: the count stands in the header, where it survived.
 */
function attemptsOf(view: MessageView, there: readonly Death[]): Fact<number> | undefined {
  const rejected = there.find((death) => death.reason === 'rejected' && death.count !== null)
  if (rejected?.count)
    return { value: rejected.count, header: `${rejected.at}.count`, rule: 'times it was rejected there' }
  const isLimit =
    there.some((death) => death.reason === 'delivery_limit') ||
    view.text('x-first-death-reason', '')?.value === 'delivery_limit'
  return isLimit ? view.count('x-delivery-count', 'attempts', 'deliveries in its origin') : undefined
}

/** An entry keeps the time of its first death only: the last time is known when its newest entry died once. */
function timesOf(deaths: readonly Death[]): Pick<Facts, 'firstAt' | 'lastAt'> {
  const timed = deaths.filter((death) => death.timeMs !== null)
  const first = timed.toSorted((a, b) => (a.timeMs ?? 0) - (b.timeMs ?? 0))[0]
  const [newest] = deaths
  return {
    firstAt: factOf(first, 'timeMs', 'time', 'earliest death'),
    lastAt: newest?.count === 1 ? factOf(newest, 'timeMs', 'time', 'newest death') : undefined,
  }
}

function factOf<K extends 'queue' | 'reason' | 'exchange' | 'routingKey' | 'timeMs'>(
  death: Death | undefined,
  key: K,
  field: string,
  rule: string,
): Fact<NonNullable<Death[K]>> | undefined {
  const value = death?.[key]
  if (!death || value === null || value === undefined || (value === '' && key === 'queue')) return undefined
  return { value, header: `${death.at}.${field}`, rule }
}

function deathsOf(header: Header | undefined): Death[] {
  if (header?.type !== 'list' || !Array.isArray(header.value)) return []
  return header.value.slice(0, 1000).flatMap((entry, index) => {
    if (entry.type !== 'table' || !Array.isArray(entry.value)) return []
    const fields = new Map(entry.value.flatMap((field) => ('name' in field ? [[field.name, field]] : [])))
    return [deathOf(fields, `x-death[${index}]`)]
  })
}

function deathOf(fields: ReadonlyMap<string, HeaderItem>, at: string): Death {
  const text = (name: string) => {
    const field = fields.get(name)
    return field ? textOfHeader(field) : null
  }
  const keys = fields.get('routing-keys')
  const firstKey = Array.isArray(keys?.value) ? keys.value[0] : undefined
  const [count, time] = [fields.get('count'), fields.get('time')]
  const number = count ? wholeNumberOf(count) : null
  return {
    at,
    queue: text('queue'),
    reason: text('reason'),
    exchange: text('exchange'),
    routingKey: firstKey ? textOfHeader(firstKey) : null,
    count: number !== null && number > 0n && number < 2n ** 31n ? Number(number) : null,
    timeMs: time ? timeOf(time) : null,
  }
}
