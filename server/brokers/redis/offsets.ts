import { countOf } from '../../../lib/format/number.ts'
import type { OffsetPart, OffsetPlan, OffsetRow } from '../../../lib/schemas/offset.ts'
import type { OkReading } from '../../../lib/schemas/reading.ts'
import { BrokerError, type Call, type OffsetsFacet, ok } from '../contract/index.ts'
import { activeAmong, activeMs } from './active.ts'
import { aimAt } from './aim.ts'
import type { Context } from './context.ts'
import { noGroup, readGroupKey } from './group-key.ts'
import { membersOf, serverTimeOf } from './group-sample.ts'
import { parseEntryId } from './map.ts'
import { canKnowLag, countBetween, countedAhead, setGroupId } from './set-id.ts'
import { readStreamGroups, readStreamInfo, type StreamInfo } from './stream-info.ts'

type PlanRequest = Parameters<OffsetsFacet['plan']>[1]
type Row = Pick<OffsetRow, 'destination' | 'partition' | 'old' | 'next'>

/** A group of a stream has one row. Its position is the id delivered last, as XINFO GROUPS tells it. */
export function openOffsets(context: Context): OffsetsFacet {
  return {
    plan: (key, request, call) => planMove(context, key, request, call),
    apply: (key, rows, call) => applyMove(context, key, rows, call),
  }
}

async function planMove(
  context: Context,
  groupKey: string,
  { target, parts }: PlanRequest,
  call: Call,
): Promise<OffsetPlan> {
  const { stream, name, key, group } = readGroupKey(context, groupKey)
  for (const part of parts ?? []) assertPart(stream, name, part, 'bad_request')
  const [infoReply, groups, consumers, time] = await context.link.run(
    key,
    [['XINFO', 'STREAM', key], ['XINFO', 'GROUPS', key], ['XINFO', 'CONSUMERS', key, group], ['TIME']],
    call,
  )
  const found = readStreamGroups(groups).find((one) => one.name === name)
  if (!found) throw noGroup(stream, name)
  const info = readStreamInfo(infoReply)
  const atMs = context.deps.now()
  const serverMs = serverTimeOf(time, atMs)
  const old = found.lastDeliveredId
  const { next, note } = await aimAt(context, key, info, old, target, serverMs, call)
  const [skipped, again, members] = await Promise.all([
    countBetween(context, key, old, next, countedAhead, call),
    countBetween(context, key, next, old, countedAhead, call),
    activeAmong(context, key, membersOf(consumers, atMs), call),
  ])
  const counted = { skipped: countReading(skipped, atMs), again: countReading(again, atMs) }
  const notes = [note, next === old ? null : lagNote(info, next)].filter((one) => one !== null)
  const row: OffsetRow = {
    destination: stream,
    partition: 0,
    old,
    next,
    start: info.firstId,
    end: info.lastGeneratedId,
    ...counted,
    ...(notes.length > 0 ? { note: notes.join('. ') } : {}),
  }
  const sentence = sentenceOf(name, row, counted, found.pending, members.length)
  return { rows: [row], ...counted, members, sentence, problems: [] }
}

function countReading({ count, isWhole }: { count: number; isWhole: boolean }, atMs: number): OkReading {
  if (isWhole) return ok(count, 'messages', atMs)
  return { ...ok(count, 'messages', atMs, 'approximate'), detail: { atLeast: true } }
}

function lagNote(info: StreamInfo, next: string): string | null {
  if (info.entriesAdded === null || canKnowLag(info, next) || next === info.lastGeneratedId) return null
  return 'Entries behind this position were deleted, so Redis will not tell the lag until the group has read the last one'
}

function sentenceOf(
  group: string,
  { old, next }: OffsetRow,
  { skipped, again }: { skipped: OkReading; again: OkReading },
  pending: number,
  active: number,
): string {
  const words = ({ value, quality }: OkReading) =>
    `${quality === 'exact' ? '' : 'at least '}${countOf(value, 'entry', 'entries')}`
  const move =
    next === old
      ? `${group} stays where it is.`
      : `${group} moves from ${old} to ${next}: ${words(skipped)} will never be read by it, ${words(again)} will be read again.`
  const kept = pending === 0 ? '' : ` ${countOf(pending, 'pending entry', 'pending entries')} stay pending.`
  const waits =
    active === 0
      ? ''
      : ` It is applied only when ${countOf(active, 'consumer is', 'consumers are')} no longer active: one that asked for entries in the last 60 s, or waits for them under its own name.`
  return move + kept + waits
}

async function applyMove(
  context: Context,
  groupKey: string,
  rows: readonly Row[],
  call: Call,
): Promise<void> {
  const { stream, name, key, group } = readGroupKey(context, groupKey)
  const [row, ...more] = rows
  if (!row || more.length > 0) throw new BrokerError('bad_request', `${name} has one row to be moved`)
  assertPart(stream, name, row, 'bad_request')
  if (row.old === null) throw new BrokerError('bad_request', `${name} has a position: its old one is missing`)
  const [old, next] = [parseEntryId(row.old), parseEntryId(row.next)]
  const refuse = (members: OffsetPlan['members']) =>
    new BrokerError('conflict', `${name} has active consumers: nothing was moved`, { detail: { members } })
  const active = async () => {
    const [consumers] = await context.link.run(key, [['XINFO', 'CONSUMERS', key, group]], call)
    return activeAmong(context, key, membersOf(consumers, context.deps.now()), call)
  }
  const waiting = await active()
  if (waiting.length > 0) throw refuse(waiting)
  const outcome = await setGroupId(context, key, group, { old, next, activeMs }, call)
  if (outcome.state === 'gone') throw noGroup(stream, name)
  if (outcome.state === 'active') throw refuse(await active())
  if (outcome.state === 'moved')
    throw new BrokerError('conflict', `${name} has moved since the plan: nothing was changed`, {
      detail: { moved: [{ ...row, now: outcome.now }] },
    })
}

/** What a group has yet to read, entry by entry, at most `limit`. */
export async function countLag(
  context: Context,
  groupKey: string,
  part: OffsetPart,
  limit: number,
  call: Call,
): Promise<{ readonly count: number; readonly isWhole: boolean }> {
  const { stream, name, key } = readGroupKey(context, groupKey)
  assertPart(stream, name, part, 'not_found')
  const [info, groups] = await context.link.run(
    key,
    [
      ['XINFO', 'STREAM', key],
      ['XINFO', 'GROUPS', key],
    ],
    call,
  )
  const found = readStreamGroups(groups).find((one) => one.name === name)
  if (!found) throw noGroup(stream, name)
  const { lastGeneratedId } = readStreamInfo(info)
  return countBetween(context, key, found.lastDeliveredId, lastGeneratedId, limit, call)
}

function assertPart(
  stream: string,
  group: string,
  { destination, partition }: OffsetPart,
  code: 'bad_request' | 'not_found',
): void {
  if (destination !== stream || partition !== 0)
    throw new BrokerError(code, `${group} reads only ${stream}, which has the one part 0`)
}
