import type { Redis } from 'ioredis'
import {
  BrokerError,
  type Call,
  type DestinationRef,
  type Outgoing,
  type Publisher,
  type PublishFacet,
  type PublishOutcome,
  type PublishTarget,
  textOfHeader,
} from '../contract/index.ts'
import { type Command, type Node, runPipeline } from './client.ts'
import { type Context, expectType, keyOf } from './context.ts'
import { countSubscribers } from './destinations.ts'
import { readEntries } from './entries.ts'
import { isLoss, isRedirect, toBrokerError } from './errors.ts'
import { fieldsOfMessage, parseEntryId } from './map.ts'
import { numberOf, textOf } from './reply.ts'
import { readStreamInfo } from './stream-info.ts'

export function openPublish(context: Context): PublishFacet {
  return {
    openPublisher: async () => openPublisher(context),
    check: (target, call) => checkTarget(context, target, call),
    verify: {
      mark: async (ref, call) => {
        const key = keyOf(context, ref)
        const [type, info] = await context.link.run(
          key,
          [
            ['TYPE', key],
            ['XINFO', 'STREAM', key],
          ],
          call,
        )
        expectType(type, ref)
        if (ref.type !== 'stream')
          throw new BrokerError('unsupported', `What a ${ref.type} got cannot be found again`)
        return readStreamInfo(info).lastGeneratedId
      },
      findSince: (ref, mark, header, call) => findSince(context, ref, mark, header, call),
    },
  }
}

async function* findSince(context: Context, ref: DestinationRef, mark: string, header: string, call: Call) {
  const range = { from: `(${parseEntryId(mark)}`, to: '+', order: 'ascending' } as const
  for await (const page of readEntries(context, keyOf(context, ref), range, Number.POSITIVE_INFINITY, call)) {
    for (const message of page) {
      // The last one is ours: a message replayed before may carry the field of that run too.
      const found = message.headers.findLast((one) => one.name === header)
      const value = found ? textOfHeader(found) : null
      if (value !== null) yield { value, position: message.position }
    }
  }
}

async function checkTarget(context: Context, target: PublishTarget, call: Call): Promise<void> {
  const { ref } = target
  if (target.partition !== undefined) throw new BrokerError('bad_request', 'Redis has no partitions')
  if (target.routingKey !== undefined)
    throw new BrokerError('bad_request', 'A routing key is for exchanges only')
  const key = keyOf(context, ref)
  if (ref.type === 'channel') return
  if (ref.type !== 'stream' && ref.type !== 'list')
    throw new BrokerError('not_found', `Redis has no ${ref.type}`)
  const [type] = await context.link.run(key, [['TYPE', key]], call)
  // A list that was emptied does not exist until the next push.
  if (ref.type === 'list' && textOf(type) === 'none') return
  expectType(type, ref)
}

type Prepared = {
  readonly at: number
  readonly key: Buffer
  readonly command: Command
  readonly ref: DestinationRef
}

interface Lane {
  client: Redis | null
  readonly opening: Promise<Redis>
}

function openPublisher(context: Context): Publisher {
  const clients = new Map<string, Lane>()
  let isClosed = false

  /** Found or opened without waiting first, so that sends in flight share one connection and keep their order. */
  function clientOf(node: Node, call: Call): Promise<Redis> {
    const known = clients.get(node.id)
    if (known && known.client?.status !== 'end' && known.client?.status !== 'close') return known.opening
    if (isClosed) return Promise.reject(new BrokerError('conflict', 'This publisher was closed'))
    const lane: Lane = { client: null, opening: node.dedicate(call) }
    clients.set(node.id, lane)
    lane.opening.then(
      (client) => {
        lane.client = client
      },
      () => clients.delete(node.id),
    )
    return lane.opening
  }

  async function sendAll(
    prepared: readonly Prepared[],
    outcomes: PublishOutcome[],
    isRetry: boolean,
    call: Call,
  ) {
    const byNode = new Map<Node, Prepared[]>()
    for (const one of prepared) {
      try {
        const node = await context.link.nodeOf(one.key, call)
        const own = byNode.get(node)
        if (own) own.push(one)
        else byNode.set(node, [one])
      } catch (error) {
        outcomes[one.at] = refusalOf(notSent(error))
      }
    }
    const moved: Prepared[] = []
    const sent = await Promise.all(
      [...byNode].map(async ([node, own]) => ({ own, replies: await sendTo(node, own, call) })),
    )
    await Promise.all(
      sent.map(async ({ own, replies }) => {
        await Promise.all(
          own.map(async (one, i) => {
            if (isRedirect(replies[i]) && !isRetry) moved.push(one)
            else outcomes[one.at] = await outcomeOf(context, one, replies[i], call)
          }),
        )
      }),
    )
    if (moved.length === 0) return
    context.link.refresh()
    moved.sort((a, b) => a.at - b.at)
    await sendAll(moved, outcomes, true, call)
  }

  /** A connection that cannot be opened: nothing was sent. One that breaks leaves all it carried unknown. */
  async function sendTo(node: Node, own: readonly Prepared[], call: Call): Promise<unknown[]> {
    let client: Redis
    try {
      client = await clientOf(node, call)
    } catch (error) {
      context.link.refresh()
      return own.map(() => notSent(error))
    }
    try {
      const replies = await runPipeline(
        client,
        own.map((one) => one.command),
        call,
      )
      return replies.map((reply) =>
        isUnsent(reply) ? new NotSent('unreachable', 'The connection is closed') : reply,
      )
    } catch (error) {
      return own.map(() => toBrokerError(error))
    }
  }

  return {
    send: async (batch, call) => {
      const outcomes: PublishOutcome[] = []
      const prepared: Prepared[] = []
      batch.forEach((outgoing, at) => {
        try {
          prepared.push({ at, ...commandOf(context, outgoing) })
        } catch (error) {
          outcomes[at] = { state: 'refused', code: 'bad_request', reason: toBrokerError(error).message }
        }
      })
      await sendAll(prepared, outcomes, false, call)
      return outcomes
    },
    close: async () => {
      isClosed = true
      for (const { opening } of clients.values())
        opening.then(
          (client) => client.disconnect(),
          () => undefined,
        )
    },
  }
}

class NotSent extends BrokerError {}

function notSent(error: unknown): NotSent {
  const { code, message } = toBrokerError(error)
  return new NotSent(code, message)
}

function isUnsent(reply: unknown): boolean {
  return reply instanceof Error && /isn't writeable/.test(reply.message)
}

function commandOf(context: Context, { target, message }: Outgoing): Omit<Prepared, 'at'> {
  const { ref } = target
  const key = keyOf(context, ref)
  if (message.from === null && message.key !== null)
    throw new BrokerError('bad_request', 'Redis messages have no key')
  if (message.from === null && message.timestampMs !== null)
    throw new BrokerError('bad_request', 'Redis sets the time of a message itself')
  if (ref.type === 'stream') {
    const fields = fieldsOfMessage(message, context.options.bodyField)
    if (fields.length === 0) throw new BrokerError('bad_request', 'A stream entry needs at least one field')
    // NOMKSTREAM: a name that is gone or mistyped makes no key.
    return { key, ref, command: ['XADD', key, 'NOMKSTREAM', '*', ...fields] }
  }
  if (message.body === null) throw new BrokerError('bad_request', `A ${ref.type} needs a body`)
  const body = Buffer.from(message.body)
  if (ref.type === 'channel') return { key, ref, command: ['PUBLISH', key, body] }
  if (ref.type !== 'list') throw new BrokerError('bad_request', `Redis has no ${ref.type}`)
  return { key, ref, command: [message.properties.side === 'head' ? 'LPUSH' : 'RPUSH', key, body] }
}

async function outcomeOf(
  context: Context,
  one: Prepared,
  reply: unknown,
  call: Call,
): Promise<PublishOutcome> {
  if (reply instanceof Error) return refusalOf(reply)
  const { name, type } = one.ref
  if (type === 'list') return { state: 'confirmed', detail: `${name} holds ${numberOf(reply)} elements now` }
  if (type === 'stream') {
    if (reply === null) return { state: 'refused', code: 'not_found', reason: `There is no stream ${name}` }
    const position = textOf(reply)
    return { state: 'confirmed', position, detail: `Added to ${name} as ${position}` }
  }
  // In a cluster PUBLISH counts only who listens at the node that was asked.
  const receivers =
    numberOf(reply) || (context.link.isCluster ? await countSubscribers(context, one.key, call) : 0)
  if (receivers > 0)
    return { state: 'confirmed', detail: `Heard by ${receivers} receivers; a channel stores nothing` }
  return { state: 'refused', code: 'unroutable', reason: `Nobody listens to ${name}: the message is gone` }
}

export function refusalOf(error: Error): PublishOutcome {
  const failure = toBrokerError(error)
  const { code } = failure
  const reason = error instanceof NotSent ? `Not sent: ${failure.message}` : failure.message
  if (isLoss(failure))
    return error instanceof NotSent
      ? { state: 'refused', code: 'unreachable', reason }
      : { state: 'unknown', reason }
  if (code === 'forbidden' || code === 'auth_failed') return { state: 'refused', code: 'forbidden', reason }
  if (code === 'not_found') return { state: 'refused', code, reason }
  if (/exceeds|too large|Protocol error: invalid (bulk|multibulk)/i.test(reason))
    return { state: 'refused', code: 'too_large', reason }
  return { state: 'refused', code: 'rejected', reason }
}
