import { countOf } from '../../../../lib/format/number.ts'
import type { OffsetPart, OffsetRow, OffsetTarget } from '../../../../lib/schemas/offset.ts'
import type { Problem } from '../../../../lib/schemas/problem.ts'
import type { Reading } from '../../../../lib/schemas/reading.ts'
import { BrokerError, type OffsetsFacet, ok, unavailable } from '../../contract/index.ts'
import type { SandboxGroup } from '../engine/group.ts'
import type { Gate } from './gate.ts'
import { findGroup } from './groups.ts'
import { sampleMembers } from './readings.ts'

export function offsetsOf(gate: Gate): OffsetsFacet {
  const { broker } = gate
  return {
    plan: (key, { target, parts }, call) =>
      gate.run(call, () => {
        const group = findGroup(broker, key)
        const atMs = broker.now()
        const chosen = choose(group, target, parts)
        const known = chosen.filter((index) => group.positionOf(index) !== null || !needsCommit(target))
        if (known.length === 0)
          throw new BrokerError('bad_request', `${group.name} has no commit there to count from`)
        const rows = known.map((index) => planRow(group, index, target, atMs))
        const members = sampleMembers(group, atMs)
        const totals = { skipped: sumOf(rows, 'skipped', atMs), again: sumOf(rows, 'again', atMs) }
        const problems: Problem[] = chosen
          .filter((index) => !known.includes(index))
          .map((index) => ({
            scope: `${group.log.name}/${index}`,
            code: 'no-commit',
            message: `Partition ${index} has no commit to count from, so it stays as it is`,
          }))
        return { rows, ...totals, members, sentence: sentenceOf(group, rows, totals), problems }
      }),
    apply: (key, rows, call) =>
      gate.touch(call, () => {
        const group = findGroup(broker, key)
        if (group.members.length > 0)
          throw new BrokerError(
            'conflict',
            `${group.name} is being read by ${membersIn(group)}: nothing was moved`,
            {
              detail: { members: sampleMembers(group, broker.now()) },
            },
          )
        const moves = rows.map((row) => ({ row, index: indexOf(group, row), next: parseOffset(row.next) }))
        const moved = moves
          .filter(({ row, index }) => text(group.committed[index] ?? null) !== row.old)
          .map(({ row, index }) => ({ ...row, now: text(group.committed[index] ?? null) }))
        if (moved.length > 0)
          throw new BrokerError('conflict', `${group.name} has moved since the plan: nothing was changed`, {
            detail: { moved },
          })
        for (const { index, next } of moves) group.move(index, clamp(group, index, next).offset)
      }),
  }
}

const membersIn = ({ members }: SandboxGroup) => members.map(({ id, host }) => `${id} (${host})`).join(', ')
const text = (offset: number | null) => (offset === null ? null : String(offset))
const needsCommit = ({ kind }: OffsetTarget) => kind === 'shift' || kind === 'skip-one'

function parseOffset(value: string): number {
  if (!/^\d{1,15}$/.test(value))
    throw new BrokerError('bad_request', `An offset here is a whole number, not "${value}"`)
  return Number(value)
}

function indexOf(group: SandboxGroup, { destination, partition }: OffsetPart): number {
  if (destination !== group.log.name || !group.log.partition(partition))
    throw new BrokerError(
      'bad_request',
      `${group.name} does not read partition ${partition} of ${destination}`,
    )
  return partition
}

function choose(
  group: SandboxGroup,
  target: OffsetTarget,
  parts: readonly OffsetPart[] | undefined,
): number[] {
  if (target.kind === 'skip-one' && parts?.length !== 1)
    throw new BrokerError('bad_request', 'One message is skipped on exactly one partition')
  return parts ? [...new Set(parts.map((part) => indexOf(group, part)))] : [...group.log.partitions.keys()]
}

function planRow(group: SandboxGroup, index: number, target: OffsetTarget, atMs: number): OffsetRow {
  const partition = group.log.partition(index)
  const [start, end] = [partition?.start ?? 0, partition?.end ?? 0]
  const from = group.positionOf(index)
  const { offset, note } = clamp(group, index, aim(group, index, target))
  const count = (value: number): Reading =>
    from === null ? unavailable('no commit', atMs) : ok(Math.max(0, value), 'messages', atMs)
  return {
    destination: group.log.name,
    partition: index,
    old: text(group.committed[index] ?? null),
    next: String(offset),
    start: String(start),
    end: String(end),
    skipped: count(offset - (from ?? 0)),
    again: count((from ?? 0) - offset),
    ...(note === null ? {} : { note }),
  }
}

/** Where it is meant to go; may be outside of the log. */
function aim(group: SandboxGroup, index: number, target: OffsetTarget): number {
  const partition = group.log.partition(index)
  const from = group.positionOf(index) ?? 0
  switch (target.kind) {
    case 'earliest':
      return partition?.start ?? 0
    case 'latest':
      return partition?.end ?? 0
    case 'time':
      return partition?.offsetAt(Date.parse(target.at)) ?? 0
    case 'offset':
      return parseOffset(target.offset)
    case 'shift':
      return from + target.by
    case 'skip-one':
      if (from >= (partition?.end ?? 0))
        throw new BrokerError('conflict', `Partition ${index} has nothing left to skip`)
      return from + 1
  }
}

function clamp(group: SandboxGroup, index: number, wanted: number): { offset: number; note: string | null } {
  const partition = group.log.partition(index)
  const [start, end] = [partition?.start ?? 0, partition?.end ?? 0]
  if (wanted < start) return { offset: start, note: `The log begins at ${start}, so it reads from there` }
  if (wanted > end)
    return { offset: end, note: `The log ends at ${end}, so it reads what comes from there on` }
  return { offset: wanted, note: null }
}

function sumOf(rows: readonly OffsetRow[], name: 'skipped' | 'again', atMs: number): Reading {
  const known = rows.flatMap(({ [name]: reading }) => (reading.state === 'ok' ? reading.value : []))
  if (known.length === 0) return unavailable('no commit', atMs)
  const sum = ok(
    known.reduce((total, value) => total + value, 0),
    'messages',
    atMs,
  )
  const missing = rows.length - known.length
  return missing === 0 ? sum : { ...sum, quality: 'approximate', detail: { missing } }
}

function sentenceOf(
  group: SandboxGroup,
  rows: readonly OffsetRow[],
  { skipped, again }: { skipped: Reading; again: Reading },
): string {
  const moving = rows.filter(({ old, next }) => old !== next).length
  const words = (reading: Reading) =>
    reading.state === 'ok'
      ? `${reading.quality === 'exact' ? '' : 'at least '}${countOf(reading.value, 'message')}`
      : 'an unknown number of messages'
  const waits =
    group.members.length === 0
      ? ''
      : ` It is applied only when ${countOf(group.members.length, 'active member')} left the group.`
  if (moving === 0) return `${group.name} stays where it is on ${countOf(rows.length, 'partition')}.${waits}`
  return `${group.name} moves on ${moving} of ${countOf(rows.length, 'partition')}: ${words(skipped)} will never be read by it, ${words(again)} will be read again.${waits}`
}
