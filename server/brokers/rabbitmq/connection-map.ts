import type { Connection } from '../../../lib/schemas/connection.ts'
import type { Reading } from '../../../lib/schemas/reading.ts'
import { encodeParts, encodeRef, ok, unavailable, unsupported } from '../contract/index.ts'
import { type Held, sayCloseEffect } from './connection-effect.ts'
import { worstAgeMs } from './depths.ts'
import { type Json, numberAt, objectAt, textAt } from './management.ts'

/** One connection with what the API tells of its channels and consumers; null where they were not listed. */
export interface Joined {
  readonly item: Json
  readonly channels: readonly Json[] | null
  readonly consumers: readonly Json[]
}

export interface MapContext {
  readonly nowMs: number
  /** Names our own connections. */
  readonly instance: string
  /** `vhost\0queue` → its type. */
  readonly kinds: ReadonlyMap<string, string>
}

const noOldest = unsupported('RabbitMQ does not tell since when a message is unacknowledged')

/** The broker's entry as a connection; its times are Unix milliseconds. */
export function mapConnection({ item, channels, consumers }: Joined, context: MapContext): Connection {
  const name = textAt(item, 'name') ?? ''
  const properties = objectAt(item, 'client_properties')
  const since = numberAt(item, 'connected_at')
  const user = textAt(item, 'user')
  const host = hostOf(item)
  const protocol = textAt(item, 'protocol')
  const library = libraryOf(properties)
  const isOwn = textAt(properties, 'signalbox_instance') === context.instance
  const held = heldBy(channels, consumers, context)
  return {
    id: encodeParts([name, String(since ?? '')]),
    client: clientOf(item, properties, name),
    ...(library === undefined ? {} : { library }),
    ...(user === undefined ? {} : { user }),
    ...(host === undefined ? {} : { host }),
    ...(typeof item.ssl === 'boolean' ? { tls: item.ssl } : {}),
    ...(protocol === undefined ? {} : { protocol }),
    state: (textAt(item, 'state') ?? 'unknown').toLowerCase(),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    readings: readingsOf(item, channels, consumers, context.nowMs),
    consumers: consumers.map((consumer) => consumerOf(consumer, channels, consumers, context)),
    ...(isOwn ? {} : { closeEffect: sayCloseEffect(held) }),
    isOwn,
  }
}

function clientOf(item: Json, properties: Json, name: string): string {
  return (
    textAt(properties, 'connection_name') ??
    textAt(item, 'user_provided_name') ??
    textAt(properties, 'product') ??
    name
  )
}

function libraryOf(properties: Json): string | undefined {
  const words = [textAt(properties, 'product'), textAt(properties, 'version')].filter(Boolean)
  return words.length === 0 ? undefined : words.join(' ')
}

function hostOf(item: Json): string | undefined {
  const host = textAt(item, 'peer_host')
  const port = numberAt(item, 'peer_port')
  if (host === undefined) return undefined
  const shown = host.includes(':') ? `[${host}]` : host
  return port === undefined ? shown : `${shown}:${port}`
}

const notListed = 'Its channels are not listed yet'

function readingsOf(
  item: Json,
  channels: readonly Json[] | null,
  consumers: readonly Json[],
  nowMs: number,
): Record<string, Reading> {
  const atMs = nowMs - worstAgeMs
  const count = numberAt(item, 'channels')
  const idle = idleOf(channels, nowMs)
  return {
    channels:
      count === undefined
        ? unavailable('The broker does not tell', nowMs)
        : ok(count, 'count', atMs, 'approximate'),
    consumers: ok(consumers.length, 'consumers', nowMs, 'approximate'),
    unacked: unackedOf(channels, nowMs),
    oldestUnacked: noOldest,
    ...(idle === undefined ? {} : { idle }),
  }
}

/** Over all channels; one whose count is not told makes the sum unknown. */
function unackedOf(channels: readonly Json[] | null, nowMs: number): Reading {
  if (channels === null) return unavailable(notListed, nowMs)
  let total = 0
  for (const channel of channels) {
    const count = numberAt(channel, 'messages_unacknowledged')
    if (count === undefined) return unavailable('The broker has no count for one of its channels yet', nowMs)
    total += count
  }
  return ok(total, 'messages', nowMs - worstAgeMs, 'approximate')
}

/** Since when nothing went over any of its channels; absent while one of them works. */
function idleOf(channels: readonly Json[] | null, nowMs: number): Reading | undefined {
  if (channels === null || channels.length === 0) return undefined
  let newest = 0
  for (const channel of channels) {
    const since = idleSinceMs(channel)
    if (since === null) return undefined
    newest = Math.max(newest, since)
  }
  return ok(Math.max(0, Math.round((nowMs - newest) / 1000)), 'seconds', nowMs, 'approximate')
}

/** "2026-01-31T10:00:00.000+00:00", before 3.9 "2026-01-31 10:00:00" in UTC. */
function idleSinceMs(channel: Json): number | null {
  const text = textAt(channel, 'idle_since')
  if (text === undefined) return null
  const ms = Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`)
  return Number.isNaN(ms) ? null : ms
}

const channelOf = (consumer: Json) => textAt(objectAt(consumer, 'channel_details'), 'name') ?? ''

function consumerOf(
  consumer: Json,
  channels: readonly Json[] | null,
  all: readonly Json[],
  { nowMs, kinds }: MapContext,
): Connection['consumers'][number] {
  const queue = objectAt(consumer, 'queue')
  const [name, vhost] = [textAt(queue, 'name') ?? '', textAt(queue, 'vhost') ?? '/']
  const kind = kinds.get(`${vhost}\0${name}`)
  const channel = channels?.find((one) => textAt(one, 'name') === channelOf(consumer))
  const prefetch = numberAt(consumer, 'prefetch_count')
  const idle = channel ? idleOf([channel], nowMs) : undefined
  // Whether it is a queue or a stream decides over its id; not known, it has none.
  const id =
    kind === undefined
      ? {}
      : { id: encodeRef({ type: kind === 'stream' ? 'stream' : 'queue', name, namespace: vhost }) }
  return {
    tag: textAt(consumer, 'consumer_tag') ?? '',
    destination: { ...id, name, namespace: vhost },
    ...(prefetch === undefined ? {} : { prefetch: prefetch === 0 ? null : prefetch }),
    unacked: unackedOfConsumer(consumer, channel, all, nowMs),
    oldestUnacked: noOldest,
    ...(idle === undefined ? {} : { idle }),
    ...(typeof consumer.active === 'boolean' ? { isActive: consumer.active } : {}),
  }
}

/** Counted by channel: where it is the only consumer of its channel that count is its own, but for what `basic.get` took. */
function unackedOfConsumer(
  consumer: Json,
  channel: Json | undefined,
  all: readonly Json[],
  nowMs: number,
): Reading {
  if (consumer.ack_required === false) return unsupported('It acknowledges by receiving')
  const count = channel === undefined ? undefined : numberAt(channel, 'messages_unacknowledged')
  if (count === undefined) return unavailable('The broker has no count for its channel', nowMs)
  const beside = all.filter((other) => channelOf(other) === channelOf(consumer)).length
  if (beside > 1) {
    const words = `The broker counts by channel: ${count} for the ${beside} consumers of this one`
    return count === 0 ? ok(0, 'messages', nowMs - worstAgeMs, 'approximate') : unavailable(words, nowMs)
  }
  return ok(count, 'messages', nowMs - worstAgeMs, 'approximate')
}

function heldBy(
  channels: readonly Json[] | null,
  consumers: readonly Json[],
  { nowMs, kinds }: MapContext,
): Held {
  const unacked = unackedOf(channels, nowMs)
  const queues = new Map<string, boolean>()
  for (const consumer of consumers) {
    const queue = objectAt(consumer, 'queue')
    const name = textAt(queue, 'name') ?? ''
    queues.set(name, kinds.get(`${textAt(queue, 'vhost') ?? '/'}\0${name}`) === 'stream')
  }
  return {
    unacked: unacked.state === 'ok' ? unacked.value : null,
    consumers: consumers.length,
    queues: [...queues].map(([name, isStream]) => ({ name, isStream })),
  }
}
