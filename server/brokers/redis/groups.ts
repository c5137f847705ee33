import type { Member, PendingEntry } from '../../../lib/schemas/group.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import {
  BrokerError,
  type Call,
  decodeParts,
  encodeParts,
  type GroupSample,
  type GroupsFacet,
  ok,
} from '../contract/index.ts'
import { type Context, expectType, keyOf, refOf } from './context.ts'
import { parseEntryId } from './map.ts'
import { bytesFromName, nameFromBytes } from './names.ts'
import { bytesOf, expectReply, fieldsOf, listOf, numberOf, type Reply, textOf } from './reply.ts'
import type { Rights } from './rights.ts'
import {
  lagReading,
  lagRow,
  readStreamGroups,
  readStreamInfo,
  type StreamGroup,
  type StreamInfo,
} from './stream-info.ts'

const pendingLookedAt = 1_000
const pendingShown = 200

export function openGroups(context: Context): GroupsFacet {
  return {
    describe: (key, call) => describeGroup(context, key, call),
    acknowledge: async (ref, group, ids, call) => {
      const key = keyOf(context, ref)
      if (ids.length === 0) return 0
      const [type, acknowledged] = await context.link.run(
        key,
        [
          ['TYPE', key],
          ['XACK', key, bytesFromName(group), ...ids.map(parseEntryId)],
        ],
        call,
      )
      expectType(type, ref)
      return numberOf(acknowledged)
    },
  }
}

async function describeGroup(context: Context, groupKey: string, call: Call): Promise<GroupSample> {
  const [stream, name] = decodeParts(groupKey) ?? []
  if (stream === undefined || name === undefined) throw new BrokerError('not_found', 'There is no such group')
  const key = keyOf(context, refOf(context, 'stream', stream))
  const group = bytesFromName(name)
  const [info, groups, consumers, pending] = await context.link.run(
    key,
    [
      ['XINFO', 'STREAM', key],
      ['XINFO', 'GROUPS', key],
      ['XINFO', 'CONSUMERS', key, group],
      ['XPENDING', key, group, '-', '+', pendingLookedAt],
    ],
    call,
  )
  const found = readStreamGroups(groups).find((one) => one.name === name)
  if (!found) throw new BrokerError('not_found', `The stream ${stream} has no group ${name}`)
  const atMs = context.deps.now()
  const sample = groupSample(stream, readStreamInfo(info), found, consumers, await context.rights(call), atMs)
  const entries = pendingEntries(stream, pending)
  return {
    ...sample,
    pending: entries.slice(0, pendingShown),
    problems: [...(sample.problems ?? []), ...truncationProblem(name, found.pending, entries.length)],
  }
}

/** The poison view: what was delivered most often without being acknowledged stands first. */
function pendingEntries(stream: string, reply: Reply): PendingEntry[] {
  const entries = listOf(reply).map((row) => {
    const [id, consumer, idle, deliveries] = listOf(row)
    return {
      id: textOf(id),
      destination: stream,
      consumer: nameFromBytes(bytesOf(consumer)),
      idleMs: numberOf(idle),
      deliveries: numberOf(deliveries),
    }
  })
  return entries.sort((a, b) => b.deliveries - a.deliveries)
}

function truncationProblem(group: string, total: number, lookedAt: number): Problem[] {
  if (total <= Math.min(lookedAt, pendingShown)) return []
  const message =
    lookedAt < total
      ? `Of ${total} pending entries the ${lookedAt} oldest were looked at; the ${pendingShown} delivered most often are shown`
      : `Of ${total} pending entries the ${pendingShown} delivered most often are shown`
  return [{ scope: group, code: 'partial', message }]
}

/** `consumers` is the reply of XINFO CONSUMERS; a refused one is a problem of the row. */
export function groupSample(
  stream: string,
  info: StreamInfo,
  group: StreamGroup,
  consumers: Reply,
  rights: Rights,
  atMs: number,
): GroupSample {
  const { members, problems } = readMembers(group.name, consumers, atMs)
  return {
    key: encodeParts([stream, group.name]),
    name: group.name,
    type: 'redis',
    state: group.consumers > 0 ? 'active' : 'empty',
    members,
    lag: [lagRow(stream, info, group, atMs)],
    total: lagReading(group, atMs),
    abilities: {
      groups: rights.ack === null ? { level: 'full' } : { level: 'partial', reason: rights.ack },
      offsets: { level: 'none', reason: 'Setting the position of a Redis group is not offered yet' },
    },
    ...(problems.length > 0 ? { problems } : {}),
  }
}

function readMembers(group: string, reply: Reply, atMs: number): { members: Member[]; problems: Problem[] } {
  try {
    const members = listOf(expectReply(reply)).map((row) => {
      const fields = fieldsOf(row)
      return {
        id: nameFromBytes(bytesOf(fields.get('name'))),
        pending: ok(numberOf(fields.get('pending')), 'messages', atMs),
        idleMs: ok(numberOf(fields.get('idle')), 'ms', atMs),
      }
    })
    return { members, problems: [] }
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    return { members: [], problems: [{ scope: group, code: error.code, message: error.message }] }
  }
}
