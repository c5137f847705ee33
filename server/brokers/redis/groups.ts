import { countOf } from '../../../lib/format/number.ts'
import type { PendingEntry } from '../../../lib/schemas/group.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Call, GroupSample, GroupsFacet } from '../contract/index.ts'
import { claimPending, removalEffect, removeMember } from './consumers.ts'
import { type Context, expectType, keyOf } from './context.ts'
import { noGroup, readGroupKey } from './group-key.ts'
import { sampleGroups, serverTimeOf } from './group-sample.ts'
import { compareIds, parseEntryId } from './map.ts'
import { bytesFromName, nameFromBytes } from './names.ts'
import { countLag } from './offsets.ts'
import { bytesOf, listOf, numberOf, type Reply, textOf } from './reply.ts'
import { readStreamGroups, readStreamInfo, type StreamInfo } from './stream-info.ts'

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
    removalEffect: (key, member, call) => removalEffect(context, key, member, call),
    removeMember: (key, member, call) => removeMember(context, key, member, call),
    claimPending: (key, request, call) => claimPending(context, key, request, call),
    countLag: (key, part, limit, call) => countLag(context, key, part, limit, call),
  }
}

async function describeGroup(context: Context, groupKey: string, call: Call): Promise<GroupSample> {
  const { stream, name, key, group } = readGroupKey(context, groupKey)
  const [infoReply, groups, time, pending] = await context.link.run(
    key,
    [
      ['XINFO', 'STREAM', key],
      ['XINFO', 'GROUPS', key],
      ['TIME'],
      ['XPENDING', key, group, '-', '+', pendingLookedAt],
    ],
    call,
  )
  const found = readStreamGroups(groups).find((one) => one.name === name)
  if (!found) throw noGroup(stream, name)
  const info = readStreamInfo(infoReply)
  const serverMs = serverTimeOf(time, context.deps.now())
  const [node, rights] = await Promise.all([context.link.nodeOf(key, call), context.rights(call)])
  const asked = [{ stream, key, info, group: found }]
  const [sample] = await sampleGroups(context, rights, node, asked, serverMs, call)
  if (!sample) throw noGroup(stream, name)
  const entries = pendingEntries(stream, pending)
  return {
    ...sample,
    pending: entries.slice(0, pendingShown),
    problems: [
      ...(sample.problems ?? []),
      ...truncationProblem(name, found.pending, entries.length),
      ...trimmedProblem(name, info, entries),
    ],
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

/** What the stream dropped while it was pending stays in the list, and nobody can process it any more. */
function trimmedProblem(group: string, info: StreamInfo, entries: readonly PendingEntry[]): Problem[] {
  const gone = entries.filter(({ id }) => info.firstId === null || compareIds(id, info.firstId) < 0).length
  if (gone === 0) return []
  const message = `${countOf(gone, 'pending entry', 'pending entries')} left the stream before ${gone === 1 ? 'it was' : 'they were'} acknowledged: only the ids are left`
  return [{ scope: group, code: 'trimmed', message }]
}
