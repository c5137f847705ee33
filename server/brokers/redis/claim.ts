import {
  BrokerError,
  type BrokerMessage,
  type Call,
  type ClaimFacet,
  type ClaimRequest,
  type ClaimSession,
  type DestinationRef,
  throwIfOver,
} from '../contract/index.ts'
import { type Context, expectType, keyOf, unsupportedType } from './context.ts'
import { readEntries } from './entries.ts'
import { freezeIds } from './freeze.ts'
import { messageOfEntry, parseEntryId } from './map.ts'
import { openMove, transactionText } from './move.ts'
import { idsOf, removal } from './removal.ts'
import { expectReply, listOf, numberOf } from './reply.ts'
import { noEffect } from './rights.ts'
import { readStreamGroups } from './stream-info.ts'

/**
 * A stream holds nothing for anybody: a claim is a look, and settling deletes the entry. What is deleted is also
 * acknowledged in every group that had it pending, or the group would keep an id without an entry.
 */
export function openClaims(context: Context): ClaimFacet {
  return {
    shapeOf: (ref) => (ref.type === 'stream' ? 'log' : 'queue'),
    settlesOf: () => 'removes',
    count: async (ref, call) => {
      const key = keyOf(context, ref)
      if (ref.type !== 'stream' && ref.type !== 'list') throw unsupportedType(ref, 'counted')
      const [type, length] = await context.link.run(
        key,
        [
          ['TYPE', key],
          [ref.type === 'stream' ? 'XLEN' : 'LLEN', key],
        ],
        call,
      )
      expectType(type, ref)
      return numberOf(length)
    },
    freeze: (ref, call) => {
      if (ref.type !== 'stream') throw unsupportedType(ref, 'claimed')
      return freezeIds(context, ref, call)
    },
    effects: async (ref) => {
      if (ref.type !== 'stream') throw unsupportedType(ref, 'claimed')
      return [noEffect]
    },
    open: (ref, request, call) => openSession(context, ref, request, call),
    transaction: (source, target) => transactionText(context, source, target),
  }
}

async function openSession(
  context: Context,
  ref: DestinationRef,
  request: ClaimRequest,
  call: Call,
): Promise<ClaimSession> {
  if (ref.type !== 'stream') throw unsupportedType(ref, 'claimed')
  const key = keyOf(context, ref)
  const rights = await context.rights(call)
  if (rights.remove !== null) throw new BrokerError('forbidden', rights.remove)
  const [type, groups] = await context.link.run(
    key,
    [
      ['TYPE', key],
      ['XINFO', 'GROUPS', key],
    ],
    call,
  )
  expectType(type, ref)
  const holders = readStreamGroups(groups)
    .filter((group) => group.pending > 0)
    .map((group) => group.rawName)
  const next =
    request.select.kind === 'ids' ? byIds(context, key, request.select.ids) : byHead(context, key, request)
  let ended: ClaimSession['ended'] = null
  return {
    get ended() {
      return ended
    },
    effects: [noEffect],
    next: async (max, callNow) => {
      throwIfOver(callNow)
      const messages = ended ? [] : await next(max, callNow)
      if (messages.length === 0) ended = 'done'
      return messages.map((message) => ({ message, token: message.id }))
    },
    settle: async (claims, verdict, callNow) => {
      if (verdict === 'release' || claims.length === 0) return
      const replies = await context.link.run(key, removal(key, idsOf(claims), holders), callNow)
      for (const reply of replies) expectReply(reply)
    },
    ...(rights.script === null ? { move: openMove(context, ref, holders) } : {}),
    close: async () => {
      ended ??= 'done'
    },
  }
}

type Next = (max: number, call: Call) => Promise<readonly BrokerMessage[]>

/** Ids that are gone are passed over. Dense ids come with one XRANGE; strewn ones each with their own. */
function byIds(context: Context, key: Buffer, ids: readonly string[]): Next {
  let [at, size] = [0, 64]
  return async (max, call) => {
    while (at < ids.length) {
      const chunk = ids.slice(at, at + Math.min(max, size))
      const found = await fetchIds(context, key, chunk, call)
      at += chunk.length
      size = Math.min(1_000, size * 4, Math.max(1, Math.floor((8 * 1024 * 1024) / averageBytes(found))))
      if (found.length > 0) return found
    }
    return []
  }
}

async function fetchIds(
  context: Context,
  key: Buffer,
  ids: readonly string[],
  call: Call,
): Promise<BrokerMessage[]> {
  const wanted = ids.map(parseEntryId)
  const [first, last] = [wanted[0], wanted.at(-1)]
  if (first === undefined || last === undefined) return []
  const found = new Map<string, BrokerMessage>()
  const keep = (rows: unknown) => {
    for (const row of listOf(rows)) {
      const message = messageOfEntry(row, context.options.bodyField)
      if (message) found.set(message.id, message)
    }
  }
  const [dense] = await context.link.run(key, [['XRANGE', key, first, last, 'COUNT', wanted.length]], call)
  keep(dense)
  const missing = wanted.filter((id) => !found.has(id))
  const replies = await context.link.run(
    key,
    missing.map((id) => ['XRANGE', key, id, id]),
    call,
  )
  for (const reply of replies) keep(reply)
  return wanted.map((id) => found.get(id)).filter((message) => message !== undefined)
}

function byHead(context: Context, key: Buffer, request: ClaimRequest): Next {
  let [from, left] = ['-', request.select.kind === 'head' ? request.select.count : 0]
  return async (max, call) => {
    const range = { from, to: '+', order: 'ascending' } as const
    for await (const page of readEntries(context, key, range, Math.min(max, left), call)) {
      left -= page.length
      from = `(${page.at(-1)?.id}`
      return page
    }
    return []
  }
}

function averageBytes(messages: readonly BrokerMessage[]): number {
  return 1 + messages.reduce((sum, message) => sum + message.sizeBytes, 0) / Math.max(1, messages.length)
}
