import { expect, test } from 'vitest'
import type { Member } from '../../../lib/schemas/group.ts'
import { ok } from '../../brokers/contract/index.ts'
import type { OffsetResetRow } from '../../storage/contract/index.ts'
import { offsetResetRow } from '../../storage/testing/rows.ts'
import { decide, type Seen } from './decide.ts'

const positions = ['old', 'next', 'other', null] as const
type Position = (typeof positions)[number]
const member: Member = { id: 'm', client: 'worker', host: 'h' }
const expiresAtMs = 1000

function rowOf(state: OffsetResetRow['state'], waits: boolean): OffsetResetRow {
  const rows = [0, 1].map((partition) => ({ destination: 't', partition, old: 'old', next: 'next' }))
  return offsetResetRow({ id: 'r', state, waits, expiresAtMs, rows })
}

function seenOf(at: readonly Position[], members: 0 | 1 | null): Seen {
  return {
    kind: 'group',
    group: {
      members: members === 1 ? [member] : [],
      lag: at.map((committed, partition) => ({
        destination: 't',
        partition,
        committed,
        start: '0',
        end: '9',
        lag: ok(0, 'messages', 0),
      })),
      problems: members === null ? [{ scope: 'g', code: 'partial', message: '' }] : [],
    },
  }
}

/** Everything there can be: state, armed or not, where both partitions stand, who reads, what time it is. */
const cases = (['armed', 'applying'] as const).flatMap((state) =>
  [true, false].flatMap((waits) =>
    positions.flatMap((first) =>
      positions.flatMap((second) =>
        ([0, 1, null] as const).flatMap((members) =>
          [999, 1000].map((nowMs) => ({ row: rowOf(state, waits), at: [first, second], members, nowMs })),
        ),
      ),
    ),
  ),
)

test('offsets are set only where nobody reads, every old one holds, and the time is not over', () => {
  let applied = 0
  for (const { row, at, members, nowMs } of cases) {
    const decision = decide(row, seenOf(at, members), nowMs)
    const may =
      row.state === 'armed' && members === 0 && at.every((one) => one === 'old') && nowMs < expiresAtMs
    expect(decision.do === 'apply', JSON.stringify({ row, at, members, nowMs })).toBe(may)
    if (may) applied += 1
  }
  expect(applied).toBe(2)
})

test('what was being applied is told by where the group stands: applied only when all of it is there', () => {
  for (const { row, at, members, nowMs } of cases) {
    if (row.state !== 'applying') continue
    const decision = decide(row, seenOf(at, members), nowMs)
    const isThere = at.every((one) => one === 'next')
    expect(decision.do === 'end' && decision.state === 'applied', JSON.stringify(at)).toBe(isThere)
    const mayWait = row.waits && nowMs < expiresAtMs && at.every((one) => one === 'old')
    expect(decision.do === 'rearm').toBe(mayWait)
  }
})

test('nothing armed outlives its time, whatever can be seen', () => {
  const blind: Seen[] = [
    { kind: 'silent', reason: 'away' },
    { kind: 'gone', reason: 'no such group' },
  ]
  for (const seen of [...blind, seenOf(['old', 'old'], 0)]) {
    expect(decide(rowOf('armed', true), seen, expiresAtMs)).toMatchObject({ do: 'end', state: 'expired' })
    expect(decide(rowOf('applying', true), seen, expiresAtMs).do).toBe('end')
  }
  expect(decide(rowOf('armed', true), { kind: 'silent', reason: 'away' }, 0)).toMatchObject({ do: 'wait' })
})

test('a Redis id is the same with and without its sequence number; no commit is not zero', () => {
  const row = offsetResetRow({
    id: 'r',
    expiresAtMs,
    rows: [{ destination: 't', partition: 0, old: '5', next: '0' }],
  })
  expect(decide(row, seenOf(['5-0' as Position], 0), 0)).toEqual({ do: 'apply' })
  const none = { ...row, rows: [{ destination: 't', partition: 0, old: null, next: '0' }] }
  expect(decide(none, seenOf([null], 0), 0)).toEqual({ do: 'apply' })
  expect(decide(none, seenOf(['0' as Position], 0), 0)).toMatchObject({ state: 'moved' })
})
