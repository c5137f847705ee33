import type { MessageEvent, MessageQuery, MessageStreamQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import type { Message, MessagePage } from '../../lib/schemas/message.ts'
import {
  type BrokerMessage,
  type BrowseRequest,
  type Call,
  type Caller,
  readQueueId,
} from '../brokers/contract/index.ts'
import { listLimits, singleLimits } from './codecs/limits.ts'
import { newMatcher } from './filter.ts'
import { follow, openTail } from './follow.ts'
import { type Located, locate, needFacet } from './locate.ts'
import { parseFrom } from './parse-from.ts'
import { PeekCache } from './peek-cache.ts'
import type { MessagePorts } from './ports.ts'
import { presentMessages, presentOne } from './present.ts'
import { readPage } from './scan.ts'

export interface MessageEngine {
  page(
    broker: string,
    destination: string,
    query: MessageQuery,
    caller: Caller,
    call: Call,
  ): Promise<MessagePage>
  get(broker: string, destination: string, message: string, caller: Caller, call: Call): Promise<Message>
  body(
    broker: string,
    destination: string,
    message: string,
    caller: Caller,
    call: Call,
  ): Promise<{ readonly bytes: AsyncIterable<Uint8Array>; readonly size: number }>
  stream(
    broker: string,
    destination: string,
    query: MessageStreamQuery,
    caller: Caller,
    call: Call,
  ): Promise<AsyncIterable<MessageEvent>>
  /** After a write to a broker: what a look saw before is not answered from memory any more. */
  forget(broker: string): void
}

/**
 * Looks at messages and shows them. Nothing is taken; what a look does to the broker is what the driver declares.
 * A message of a queue where looking has effects is opened from the look that listed it, for two minutes.
 */
export function createMessages(ports: MessagePorts): MessageEngine {
  const peeks = new PeekCache()

  async function find(located: Located, id: string, caller: Caller, call: Call): Promise<BrokerMessage> {
    const seen = peeks.find(located.broker.id, located.id, id, ports.now())
    // The guard is asked at the broker only; from memory the same permission is needed.
    if (seen && caller.permissions.has('messages.read')) return seen
    const browse = await needFacet(located, 'browse', call)
    const message = await browse.get(located.ref, id, call)
    if (await isLookCostly(located, id, call)) {
      peeks.keep(located.broker.id, located.id, [message], ports.now())
    }
    return message
  }

  async function contextOf(located: Located, ids: readonly string[]) {
    const { broker, ref, id } = located
    const [readFailure, replayed] = await Promise.all([
      ports.openFailureReader(broker, ref),
      ports.replays.findByMessages(broker.id, id, ids),
    ])
    return { broker: broker.id, destination: id, readFailure, replayed }
  }

  return {
    async page(broker, destination, query, caller, call) {
      const located = locate(ports.findBroker, broker, destination, caller)
      const request = requestOf(query)
      const browse = await needFacet(located, 'browse', call)
      const matches = query.filter ? newMatcher(query.filter) : null
      const { messages, next, effects, scanned, problems } = await readPage(
        browse,
        located.ref,
        request,
        matches,
        call,
      )
      if (effects.some(({ code }) => code !== 'none')) {
        const named = messages.filter(({ id }) => readQueueId(id) !== null)
        peeks.keep(broker, destination, named, ports.now())
      }
      const ids = messages.map(({ id }) => id)
      const context = { ...(await contextOf(located, ids)), limits: listLimits }
      return {
        items: await presentMessages(messages, context),
        nextCursor: next,
        effects: [...effects],
        scanned,
        ...(problems.length > 0 ? { problems: [...problems] } : {}),
      }
    },
    async get(broker, destination, id, caller, call) {
      const located = locate(ports.findBroker, broker, destination, caller)
      const message = await find(located, id, caller, call)
      const context = { ...(await contextOf(located, [id])), limits: singleLimits }
      return presentOne(message, context)
    },
    async body(broker, destination, id, caller, call) {
      const located = locate(ports.findBroker, broker, destination, caller)
      const { body } = await find(located, id, caller, call)
      if (body === null) throw new AppError('not_found', 'This message has no body')
      return { bytes: chunksOf(body), size: body.byteLength }
    },
    async stream(broker, destination, query, caller, call) {
      const located = locate(ports.findBroker, broker, destination, caller)
      const open = await openTail(located, query, call)
      const context = { ...(await contextOf(located, [])), limits: listLimits }
      const present = (message: BrokerMessage): Message => presentOne(message, context)
      return follow(open, query, present, call)
    },
    forget: (broker) => peeks.forget(broker),
  }
}

/** A cursor carries its own place: what else was said of the beginning belongs to the first page. */
function requestOf(query: MessageQuery): Omit<BrowseRequest, 'maxBytes'> {
  const { from, partition, cursor, limit } = query
  const parsed = from === undefined ? undefined : parseFrom(from)
  return cursor === undefined ? { from: parsed, partition, limit } : { cursor, limit }
}

/** Only ids of queues can name what a look changes; there the destination itself says whether it does. */
async function isLookCostly({ connection, ref }: Located, id: string, call: Call): Promise<boolean> {
  if (readQueueId(id) === null) return false
  try {
    const { abilities } = await connection.describeDestination(ref, call)
    return abilities.browse?.effects?.some(({ code }) => code !== 'none') ?? false
  } catch {
    return false
  }
}

const chunkBytes = 64 * 1024

async function* chunksOf(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.byteLength; at += chunkBytes) yield body.subarray(at, at + chunkBytes)
}
