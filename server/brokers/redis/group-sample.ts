import type { LagRow, Member } from '../../../lib/schemas/group.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Reading } from '../../../lib/schemas/reading.ts'
import { BrokerError, type Call, encodeParts, type GroupSample, ok, unavailable } from '../contract/index.ts'
import { ageReading } from './age.ts'
import type { Command, Node } from './client.ts'
import type { Context } from './context.ts'
import { toBrokerError } from './errors.ts'
import type { Judged } from './lag.ts'
import { nameFromBytes } from './names.ts'
import { bytesOf, expectReply, fieldsOf, listOf, numberOf, type Reply } from './reply.ts'
import { groupAbilities, type Rights } from './rights.ts'
import type { StreamGroup, StreamInfo } from './stream-info.ts'
import { firstUndelivered } from './undelivered.ts'

/** A group of a stream as XINFO told of both at one moment. */
export interface Asked {
  readonly stream: string
  readonly key: Buffer
  readonly info: StreamInfo
  readonly group: StreamGroup
}

/** TIME as epoch ms: the clock that gives entries their ids; ours where it is refused. */
export function serverTimeOf(reply: Reply, ownMs: number): number {
  if (!Array.isArray(reply)) return ownMs
  const [seconds, micros] = reply
  return numberOf(seconds) * 1_000 + Math.floor(numberOf(micros) / 1_000)
}

/** Consumers, oldest pending entry and next entry to be read of many groups on one node, in one pipeline. */
export async function sampleGroups(
  context: Context,
  rights: Rights,
  node: Node,
  asked: readonly Asked[],
  serverMs: number,
  call: Call,
): Promise<GroupSample[]> {
  const plans = asked.map((one) => planOf(context, one))
  const replies = await node.run(
    plans.flatMap(({ commands }) => commands),
    call,
  )
  const atMs = context.deps.now()
  let at = 0
  return plans.map((plan) => {
    const { stream, info, group, groupKey, judged } = plan
    const own = replies.slice(at, at + plan.commands.length)
    at += plan.commands.length
    const consumers = readMembers(group.name, own[0], atMs)
    const next = () =>
      plan.asksNext ? context.undelivered.read(groupKey, info, group, own.at(-1)) : plan.next
    const measured = measureLag(judged, next, serverMs, atMs)
    const row: LagRow = {
      destination: stream,
      partition: 0,
      committed: group.lastDeliveredId,
      start: info.firstId,
      end: info.lastGeneratedId,
      ...measured,
      ...lostPart(judged, atMs),
    }
    return {
      key: groupKey,
      name: group.name,
      type: 'redis',
      state: group.consumers > 0 ? 'active' : 'empty',
      members: consumers.members,
      lag: [row],
      total: measured.lag,
      totalSeconds: measured.lagSeconds,
      readings: {
        pending: ok(group.pending, 'messages', atMs),
        pendingIdle: plan.hasPending ? idleReading(own[1], atMs) : ok(0, 'seconds', atMs),
      },
      abilities: groupAbilities(rights),
      ...(consumers.problems.length > 0 ? { problems: consumers.problems } : {}),
    }
  })
}

function planOf(context: Context, asked: Asked) {
  const { stream, key, info, group } = asked
  const groupKey = encodeParts([stream, group.name])
  const judged = context.lags.judge(groupKey, info, group)
  const isDone = judged.lag.state === 'exact' && judged.lag.count === 0
  const next = isDone ? null : context.undelivered.known(groupKey, info, group)
  const asksNext = !isDone && next === null
  const hasPending = group.pending > 0
  const commands: Command[] = [
    ['XINFO', 'CONSUMERS', key, group.rawName],
    ...(hasPending ? [['XPENDING', key, group.rawName, '-', '+', 1] as const] : []),
    ...(asksNext ? [firstUndelivered(key, group)] : []),
  ]
  return { ...asked, groupKey, judged, next, asksNext, hasPending, commands }
}

/** The lag, and the age of the next entry; where there is none, nothing is left to read whatever Redis reckons. */
function measureLag(
  judged: Judged,
  next: () => string | null,
  serverMs: number,
  atMs: number,
): { lag: Reading; lagSeconds: Reading } {
  const lag = lagReading(judged, atMs)
  const none = { lag: ok(0, 'messages', atMs), lagSeconds: ok(0, 'seconds', atMs) }
  if (lag.state === 'ok' && lag.quality === 'exact' && lag.value === 0) return none
  try {
    const id = next()
    return id === null ? none : { lag, lagSeconds: ageReading(id, serverMs, atMs) }
  } catch (error) {
    return { lag, lagSeconds: unavailable(toBrokerError(error).message, atMs) }
  }
}

function lagReading({ lag }: Judged, atMs: number): Reading {
  if (lag.state === 'unknown') return unavailable(lag.reason, atMs)
  if (lag.state === 'exact') return ok(lag.count, 'messages', atMs)
  const from = 'Redis counts what was trimmed before this group read it, if anything was'
  return { ...ok(lag.count, 'messages', atMs, 'approximate'), detail: { from } }
}

function lostPart({ lost }: Judged, atMs: number): Pick<LagRow, 'lost'> {
  if (!lost) return {}
  return { lost: ok(lost.count, 'messages', atMs, lost.isExact ? 'exact' : 'approximate') }
}

/** Seconds since the oldest pending entry was last delivered: an estimate of how long one takes. */
function idleReading(reply: Reply, atMs: number): Reading {
  try {
    const [oldest] = listOf(reply)
    const idleMs = oldest === undefined ? 0 : numberOf(listOf(oldest)[2])
    return ok(idleMs / 1_000, 'seconds', atMs)
  } catch (error) {
    return unavailable(toBrokerError(error).message, atMs)
  }
}

function readMembers(group: string, reply: Reply, atMs: number): { members: Member[]; problems: Problem[] } {
  try {
    return { members: membersOf(reply, atMs), problems: [] }
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    return { members: [], problems: [{ scope: group, code: error.code, message: error.message }] }
  }
}

/** The reply of XINFO CONSUMERS. Throws what it refused. */
export function membersOf(reply: Reply, atMs: number): Member[] {
  return listOf(expectReply(reply)).map((row) => {
    const fields = fieldsOf(row)
    return {
      id: nameFromBytes(bytesOf(fields.get('name'))),
      pending: ok(numberOf(fields.get('pending')), 'messages', atMs),
      idleMs: ok(numberOf(fields.get('idle')), 'ms', atMs),
    }
  })
}
