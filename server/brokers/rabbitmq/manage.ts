import {
  BrokerError,
  type Call,
  type DestinationRef,
  type ManageFacet,
  pause,
  within,
} from '../contract/index.ts'
import type { AmqpChannel } from './amqplib.ts'
import {
  type Client,
  checkLive,
  noSuch,
  readQueue,
  readQueueItem,
  requireManagement,
  vhostOfRef,
} from './client.ts'
import { mapAmqpError } from './errors.ts'
import type { QueueFacts } from './facts.ts'
import { numberAt, textAt } from './management.ts'
import { readObject } from './objects.ts'
import { readStreamEnds } from './stream-reader.ts'

export function newManageFacet(client: Client): ManageFacet {
  return {
    ensure: (ref, call) => ensure(client, ref, call),
    removeEmpty: (ref, call) => removeEmpty(client, ref, call),
  }
}

async function ensure(client: Client, ref: DestinationRef, call: Call): Promise<void> {
  if (ref.type === 'exchange') return ensureExchange(client, ref, call)
  if (ref.type !== 'queue' && ref.type !== 'stream') throw noSuch(ref)
  if (await existsAlike(client, ref, call)) return
  const type = ref.type === 'stream' ? 'stream' : await neighbourType(client, ref, call)
  const declared = type === null ? {} : { arguments: { 'x-queue-type': type } }
  await onChannel(client, ref, call, (channel) =>
    channel.assertQueue(ref.name, { durable: true, ...declared }),
  )
}

/** True when it is there as a queue or stream, as asked; `conflict` when it is there as the other. */
async function existsAlike(client: Client, ref: DestinationRef, call: Call): Promise<boolean> {
  const other: DestinationRef = { ...ref, type: ref.type === 'stream' ? 'queue' : 'stream' }
  if (await isThere(client, ref, call)) return true
  if (await isThere(client, other, call))
    throw new BrokerError('conflict', `${ref.name} exists already, as a ${other.type}`)
  return false
}

async function isThere(client: Client, ref: DestinationRef, call: Call): Promise<boolean> {
  try {
    await readQueue(client, ref, call)
    return true
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'not_found') return false
    throw error
  }
}

/** The type of the queue this one is named after: "orders" for "orders.parked". Without one the vhost's default applies. */
async function neighbourType(client: Client, ref: DestinationRef, call: Call): Promise<string | null> {
  for (let end = ref.name.length - 1; end > 0; end -= 1) {
    if (!/[.\-_:/]/.test(ref.name[end] ?? '')) continue
    const neighbour = { ...ref, name: ref.name.slice(0, end) }
    if (await isThere(client, neighbour, call)) return (await readQueue(client, neighbour, call)).type
  }
  return null
}

async function ensureExchange(client: Client, ref: DestinationRef, call: Call): Promise<void> {
  try {
    const vhost = vhostOfRef(client, ref)
    const found = await readObject(requireManagement(client), 'exchanges', vhost, ref.name, call)
    if (found.internal === true)
      throw new BrokerError('conflict', `The exchange ${textAt(found, 'name')} is internal`)
  } catch (error) {
    if (!(error instanceof BrokerError) || error.code !== 'not_found') throw error
    await onChannel(client, ref, call, (channel) =>
      channel.assertExchange(ref.name, 'direct', { durable: true }),
    )
  }
}

async function removeEmpty(client: Client, ref: DestinationRef, call: Call): Promise<void> {
  if (ref.type === 'exchange') {
    await onChannel(client, ref, call, (channel) => channel.deleteExchange(ref.name, { ifUnused: true }))
    return
  }
  if (ref.type === 'stream') return removeEmptyStream(client, ref, call)
  const facts = await readQueue(client, ref, call)
  await assertEmpty(client, ref, facts, call)
  const options = facts.kind === 'classic' ? { ifEmpty: true, ifUnused: true } : { ifEmpty: false }
  await onChannel(client, ref, call, (channel) => channel.deleteQueue(ref.name, options))
}

async function removeEmptyStream(client: Client, ref: DestinationRef, call: Call): Promise<void> {
  await readQueue(client, ref, call)
  const ends = await readStreamEnds(client.links, vhostOfRef(client, ref), ref.name, call)
  if (ends !== null) throw notEmpty(ref, 'it holds messages')
  await onChannel(client, ref, call, (channel) => channel.deleteQueue(ref.name, { ifEmpty: false }))
}

/**
 * `if-empty` looks at ready messages only, and quorum queues do not know it, so emptiness is proved first: nothing
 * ready now, nobody consuming, and the gathered count, which knows of what is unacknowledged, zero too; that one
 * is up to 5 s old and is waited for.
 */
async function assertEmpty(
  client: Client,
  ref: DestinationRef,
  facts: QueueFacts,
  call: Call,
): Promise<void> {
  const { ready, consumers } = await checkLive(client, ref, call)
  if (ready > 0) throw notEmpty(ref, `${ready} messages are ready`)
  if (consumers > 0) throw notEmpty(ref, `it has ${consumers} consumers`)
  const endAt = Date.now() + 7_000
  for (let unacked = facts.unacked ?? 0; unacked > 0; ) {
    if (Date.now() > endAt) throw notEmpty(ref, `${unacked} messages are unacknowledged`)
    await pause(call, 500)
    unacked = numberAt((await readQueueItem(client, ref, call)).item, 'messages_unacknowledged') ?? 0
  }
  const last = await checkLive(client, ref, call)
  if (last.ready > 0 || last.consumers > 0) throw notEmpty(ref, 'it is in use')
}

function notEmpty(ref: DestinationRef, why: string): BrokerError {
  return new BrokerError('conflict', `${ref.name} is not empty: ${why}`)
}

async function onChannel<T>(
  client: Client,
  ref: DestinationRef,
  call: Call,
  work: (channel: AmqpChannel) => Promise<T>,
): Promise<T> {
  const channel = await client.links.channel(vhostOfRef(client, ref), 'read', call)
  try {
    return await within(call, work(channel))
  } catch (error) {
    throw mapAmqpError(error)
  } finally {
    channel.close().catch(() => undefined)
  }
}
