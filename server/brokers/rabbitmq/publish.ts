import {
  BrokerError,
  type Call,
  notSent,
  type Outgoing,
  type Publisher,
  type PublishFacet,
  type PublishOutcome,
  type PublishTarget,
  throwIfOver,
  within,
} from '../contract/index.ts'
import type { AmqpConfirmChannel, Delivery } from './amqplib.ts'
import { BasicProperties, encodeProperties } from './basic-properties.ts'
import { type Client, checkLive, noSuch, requireManagement, vhostOfRef } from './client.ts'
import { mapAmqpError, messageOf } from './errors.ts'
import { textAt } from './management.ts'
import { readObject } from './objects.ts'
import { assertStreamHolds, type Wire, wireOf } from './outgoing.ts'

/** The default limits; a configured one is nowhere to be read, so a larger message is refused before it is sent. */
const sizeLimits = { before4: 134_217_728, from4: 16_777_216 } as const

export function newPublishFacet(client: Client): PublishFacet {
  return {
    openPublisher: (call) => openPublisher(client, call),
    check: (target, call) => checkTarget(client, target, call),
  }
}

async function checkTarget(client: Client, target: PublishTarget, call: Call): Promise<void> {
  const { ref } = target
  const vhost = vhostOfRef(client, ref)
  if (target.partition !== undefined) throw new BrokerError('bad_request', 'RabbitMQ has no partitions')
  if (ref.type !== 'exchange') {
    if (ref.type !== 'queue' && ref.type !== 'stream') throw noSuch(ref)
    if (target.routingKey !== undefined) {
      throw new BrokerError('bad_request', 'A routing key is for exchanges only')
    }
    await checkLive(client, ref, call)
    return
  }
  if (ref.name === '') return
  const exchange = await readObject(requireManagement(client), 'exchanges', vhost, ref.name, call)
  if (exchange.internal === true) {
    throw new BrokerError('unsupported', `The exchange ${textAt(exchange, 'name')} is internal`)
  }
}

async function openPublisher(client: Client, call: Call): Promise<Publisher> {
  const version = await client.version(call)
  return new ConfirmingPublisher(client, version.number)
}

interface InFlight {
  readonly wire: Wire
  readonly fate: Promise<PublishOutcome>
  returned: string | null
  settle(outcome: PublishOutcome): void
}

/** One confirm channel; what is in flight on it, in the order it was published. */
interface Lane {
  readonly channel: AmqpConfirmChannel
  readonly inFlight: Set<InFlight>
  open: boolean
}

/**
 * Publishes mandatory and confirmed, pipelined. One channel per vhost and exchange, because one refused
 * publish closes the channel and with it the confirms of its neighbours; the first message to each exchange
 * and key travels alone for the same reason.
 *
 * A `basic.return` carries no number: it carries the message. The broker sends it before that message's
 * confirm, and returns stand in publish order, so it belongs to the first message in flight that equals it in
 * exchange, key, properties and body. Equal messages are told apart by nobody; each still gets one outcome.
 */
class ConfirmingPublisher implements Publisher {
  readonly #client: Client
  readonly #version: number
  readonly #lanes = new Map<string, Promise<Lane>>()
  readonly #open = new Map<string, Lane>()
  readonly #proved = new Set<string>()
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(client: Client, version: number) {
    this.#client = client
    this.#version = version
  }

  async send(batch: readonly Outgoing[], call: Call): Promise<readonly PublishOutcome[]> {
    if (this.#closed) throw new BrokerError('unreachable', 'The publisher is closed')
    // Batches are handed to the socket one after the other, so that their order holds; confirms overlap.
    const before = this.#turn
    const { promise: mine, resolve: passOn } = Promise.withResolvers<void>()
    this.#turn = before.then(() => mine)
    const handed = within(call, before).then(() => this.#handOver(batch, call))
    const { outcomes, sent } = await handed
      .catch((error: unknown) => ({ outcomes: batch.map(() => notSent(mapAmqpError(error))), sent: [] }))
      .finally(passOn)
    await this.#settled(sent, call)
    return Promise.all(outcomes)
  }

  async #handOver(
    batch: readonly Outgoing[],
    call: Call,
  ): Promise<{ outcomes: (PublishOutcome | Promise<PublishOutcome>)[]; sent: InFlight[] }> {
    const outcomes: (PublishOutcome | Promise<PublishOutcome>)[] = []
    const sent: InFlight[] = []
    for (const outgoing of batch) {
      const prepared = this.#prepare(outgoing)
      if ('state' in prepared) {
        outcomes.push(prepared)
        continue
      }
      const { wire, vhost } = prepared
      const proof = `${vhost}\0${wire.exchange}\0${wire.exchange === '' ? '' : wire.routingKey}`
      try {
        throwIfOver(call)
        const { exchange } = wire
        const lane = this.#openLaneOf(vhost, exchange) ?? (await this.#laneOf(vhost, exchange, call))
        const entry = this.#publish(lane, wire, vhost)
        sent.push(entry)
        outcomes.push(entry.fate)
        if (this.#proved.has(proof)) continue
        const first = await this.#settled([entry], call)
        if (first[0]?.state === 'confirmed') this.#proved.add(proof)
      } catch (error) {
        outcomes.push(notSent(mapAmqpError(error)))
      }
    }
    return { outcomes, sent }
  }

  /** Every fate, at the latest when the call is over: then what has no confirm yet is unknown. */
  async #settled(entries: readonly InFlight[], call: Call): Promise<readonly PublishOutcome[]> {
    const fates = Promise.all(entries.map((entry) => entry.fate))
    try {
      return await within(call, fates)
    } catch (error) {
      for (const entry of entries) {
        entry.settle({ state: 'unknown', reason: `No confirm: ${messageOf(error)}` })
      }
      return fates
    }
  }

  #prepare(outgoing: Outgoing): { wire: Wire; vhost: string } | PublishOutcome {
    try {
      const vhost = vhostOfRef(this.#client, outgoing.target.ref)
      const wire = wireOf(outgoing, this.#client.links.username)
      const limit = this.#version >= 400 ? sizeLimits.from4 : sizeLimits.before4
      if (wire.body.length > limit) {
        const reason = `The message is ${wire.body.length} bytes, this version takes ${limit} by default`
        return { state: 'refused', code: 'too_large', reason }
      }
      if (outgoing.target.ref.type === 'stream' && this.#version < 313) assertStreamHolds(wire.fields.headers)
      return { wire, vhost }
    } catch (error) {
      const code = error instanceof BrokerError && error.code === 'not_found' ? 'not_found' : 'bad_request'
      return { state: 'refused', code, reason: messageOf(error) }
    }
  }

  async #laneOf(vhost: string, exchange: string, call: Call): Promise<Lane> {
    const key = `${vhost}\0${exchange}`
    const known = await this.#lanes.get(key)?.catch(() => null)
    if (known?.open) return known
    const opening = this.#openLane(vhost, call)
    this.#lanes.set(key, opening)
    const lane = await opening
    this.#open.set(key, lane)
    return lane
  }

  /** The lane of most messages, without a turn of the event loop for each. */
  #openLaneOf(vhost: string, exchange: string): Lane | null {
    const lane = this.#open.get(`${vhost}\0${exchange}`)
    return lane?.open ? lane : null
  }

  async #openLane(vhost: string, call: Call): Promise<Lane> {
    const channel = await this.#client.links.confirmChannel(vhost, call)
    const lane: Lane = { channel, inFlight: new Set(), open: true }
    let reason: BrokerError | null = null
    channel.on('error', (error: unknown) => {
      reason = mapAmqpError(error)
    })
    channel.on('return', (returned: Delivery & ReturnFields) => markReturned(lane, returned))
    channel.on('close', () => {
      lane.open = false
      settleAll(lane, reason)
    })
    return lane
  }

  #publish(lane: Lane, wire: Wire, vhost: string): InFlight {
    const { promise: fate, resolve } = Promise.withResolvers<PublishOutcome>()
    const entry: InFlight = {
      wire,
      fate,
      returned: null,
      settle: (outcome) => {
        lane.inFlight.delete(entry)
        resolve(outcome)
      },
    }
    const blocked = this.#client.links.blockedReason(vhost)
    if (blocked !== null) {
      entry.settle(notSent(new BrokerError('throttled', `the broker takes no messages now (${blocked})`)))
      return entry
    }
    lane.inFlight.add(entry)
    try {
      lane.channel.publish(
        wire.exchange,
        wire.routingKey,
        wire.body,
        { mandatory: true, headers: new BasicProperties(wire.fields) },
        (error) => {
          // On a lost channel amqplib calls back before 'close' is through; that fate is `settleAll`'s.
          if (!(error instanceof Error && error.message === 'channel closed'))
            entry.settle(fateOf(entry, error))
        },
      )
    } catch (error) {
      entry.settle(notSent(mapAmqpError(error)))
    }
    return entry
  }

  async close(): Promise<void> {
    this.#closed = true
    const lanes = await Promise.allSettled(this.#lanes.values())
    const closing = lanes.flatMap((lane) =>
      lane.status === 'fulfilled' && lane.value.open
        ? [lane.value.channel.close().catch(() => undefined)]
        : [],
    )
    await Promise.race([Promise.all(closing), new Promise((resolve) => setTimeout(resolve, 1_000).unref())])
  }
}

interface ReturnFields {
  readonly fields: { readonly replyText: string; readonly exchange: string; readonly routingKey: string }
}

function fateOf(entry: InFlight, error: unknown): PublishOutcome {
  const { exchange, routingKey } = entry.wire
  const where = exchange === '' ? routingKey : `exchange ${exchange} with key ${JSON.stringify(routingKey)}`
  if (entry.returned !== null) {
    return {
      state: 'refused',
      code: 'unroutable',
      reason: `No queue received it: ${where} (${entry.returned})`,
    }
  }
  if (!error) return { state: 'confirmed', detail: `confirmed by the broker for ${where}` }
  if (exchange === '') {
    return {
      state: 'refused',
      code: 'rejected',
      reason: `The queue ${routingKey} refused it (full, or failing)`,
    }
  }
  // A nack says that one queue refused; another one bound to the same exchange may have taken it.
  return { state: 'unknown', reason: `A queue behind ${where} refused it; others may have received it` }
}

/** The broker closed the channel, or the connection went: nobody knows about what was in flight but for a first message. */
function settleAll(lane: Lane, reason: BrokerError | null): void {
  const pending = [...lane.inFlight]
  const refusals = {
    forbidden: 'forbidden',
    not_found: 'not_found',
    too_large: 'too_large',
    conflict: 'rejected',
  } as const
  const code = reason && reason.code in refusals ? refusals[reason.code as keyof typeof refusals] : null
  for (const entry of pending) {
    if (code !== null && pending.length === 1) {
      entry.settle({ state: 'refused', code, reason: reason?.message ?? '' })
    } else {
      const why = reason?.message ?? 'the connection to RabbitMQ was lost'
      entry.settle({ state: 'unknown', reason: `No confirm: ${why}` })
    }
  }
}

function markReturned(lane: Lane, returned: Delivery & ReturnFields): void {
  const properties = encodeProperties(returned.properties.fields)
  const candidates = [...lane.inFlight].filter(
    ({ wire, returned: already }) =>
      already === null &&
      wire.exchange === returned.fields.exchange &&
      wire.routingKey === returned.fields.routingKey &&
      wire.body.equals(returned.content),
  )
  // The broker takes BCC out of what it returns: without an exact equal the first with this body is the one.
  const exact = candidates.find(({ wire }) => encodeProperties(wire.fields).equals(properties))
  const entry = exact ?? candidates[0]
  if (entry) entry.returned = returned.fields.replyText
}
