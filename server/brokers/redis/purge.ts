import type { BrokerMessage, Call, DestinationRef, PurgeFacet } from '../contract/index.ts'
import { readList } from './browse-list.ts'
import { type Context, expectType, keyOf, unsupportedType } from './context.ts'
import { readEntries } from './entries.ts'
import { removal } from './removal.ts'
import { expectReply, listOf, numberOf } from './reply.ts'
import { readStreamGroups, readStreamInfo } from './stream-info.ts'

type Sink = (messages: readonly BrokerMessage[]) => Promise<void>

/** Deletes by id or value exactly what was backed up: XTRIM, DEL and LTRIM would also take what came or moved meanwhile. */
export function openPurge(context: Context): PurgeFacet {
  return {
    purge: (ref, sink, call) => {
      if (ref.type === 'stream') return purgeStream(context, ref, sink, call)
      if (ref.type === 'list') return purgeList(context, ref, sink, call)
      return Promise.reject(unsupportedType(ref, 'purged'))
    },
  }
}

async function purgeStream(
  context: Context,
  ref: DestinationRef,
  sink: Sink,
  call: Call,
): Promise<{ removed: number }> {
  const key = keyOf(context, ref)
  const [type, info, groups] = await context.link.run(
    key,
    [
      ['TYPE', key],
      ['XINFO', 'STREAM', key],
      ['XINFO', 'GROUPS', key],
    ],
    call,
  )
  expectType(type, ref)
  const holders = readStreamGroups(groups)
    .filter((group) => group.pending > 0)
    .map((group) => group.rawName)
  const range = { from: '-', to: readStreamInfo(info).lastGeneratedId, order: 'ascending' } as const
  let removed = 0
  for await (const page of readEntries(context, key, range, Number.POSITIVE_INFINITY, call)) {
    await sink(page)
    const ids = page.map((message) => message.id)
    const replies = await context.link.run(key, removal(key, ids, holders), call)
    for (const reply of replies) expectReply(reply)
    removed += numberOf(listOf(replies.at(-1)).at(-1))
  }
  return { removed }
}

/** LREM takes an equal element from the head; one a worker popped meanwhile counts for the worker. */
async function purgeList(
  context: Context,
  ref: DestinationRef,
  sink: Sink,
  call: Call,
): Promise<{ removed: number }> {
  const key = keyOf(context, ref)
  const [type, length] = await context.link.run(
    key,
    [
      ['TYPE', key],
      ['LLEN', key],
    ],
    call,
  )
  expectType(type, ref)
  let removed = 0
  for (let left = numberOf(length); left > 0; ) {
    const request = {
      from: { kind: 'oldest' },
      limit: Math.min(left, 500),
      maxBytes: 4 * 1024 * 1024,
    } as const
    const { messages } = await readList(context, ref, request, call).catch((error: unknown) => {
      if (removed > 0) return { messages: [] }
      throw error
    })
    if (messages.length === 0) break
    await sink(messages)
    const replies = await context.link.run(
      key,
      messages.map(({ body }) => ['LREM', key, 1, Buffer.from(body ?? '')]),
      call,
    )
    removed += replies.reduce<number>((sum, reply) => sum + numberOf(reply), 0)
    left -= messages.length
  }
  return { removed }
}
