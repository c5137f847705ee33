import { describe, expect, it } from 'vitest'
import type { OffsetTarget } from '../../../../lib/schemas/offset.ts'
import { BrokerError, newCall } from '../../contract/index.ts'
import { openConnection } from '../connection.ts'
import { SandboxBroker } from '../engine/broker.ts'
import { dealPartitions } from '../engine/group.ts'

const call = () => newCall(2_000)
const content = { key: null, body: Buffer.from('x'), headers: [], properties: {} }

/** Two partitions of ten, one a second from time 0; the first begins at 2. The group stands at 4 and at nothing. */
function open(members = 0) {
  let nowMs = 60_000
  const pass = (ms: number) => {
    nowMs += ms
  }
  const broker = new SandboxBroker(() => nowMs)
  const log = broker.addLog('events', 2)
  for (let n = 0; n < 10; n += 1) for (const at of [0, 1]) log.append(at, n * 1_000, content)
  log.partition(0)?.trim(2)
  const group = broker.addGroup('readers', log)
  group.committed[0] = 4
  const joining = Array.from({ length: members }, (_, at) => ({
    id: `r-${at}`,
    client: 'r',
    host: '10.0.0.1',
  }))
  group.members = dealPartitions(log, joining)
  const connection = openConnection(broker)
  const { offsets, groups } = connection
  if (!offsets || !groups) throw new Error('no facet')
  return { broker, group, offsets, groups, connection, pass }
}

const part = { destination: 'events', partition: 0 }

describe('moving a group of the sandbox', () => {
  it.each([
    [{ kind: 'earliest' }, '2', 0, 2, false],
    [{ kind: 'latest' }, '10', 6, 0, false],
    [{ kind: 'time', at: new Date(6_500).toISOString() }, '7', 3, 0, false],
    [{ kind: 'time', at: new Date(99_000).toISOString() }, '10', 6, 0, false],
    [{ kind: 'offset', offset: '5' }, '5', 1, 0, false],
    [{ kind: 'offset', offset: '1' }, '2', 0, 2, true],
    [{ kind: 'shift', by: -1 }, '3', 0, 1, false],
    [{ kind: 'shift', by: 99 }, '10', 6, 0, true],
    [{ kind: 'skip-one' }, '5', 1, 0, false],
  ] as [OffsetTarget, string, number, number, boolean][])(
    '%j goes to %s, skips %i and reads %i again; applied, it stands there',
    async (target, next, skipped, again, isNoted) => {
      const { offsets, group } = open()
      const plan = await offsets.plan('readers', { target, parts: [part] }, call())
      expect(plan.rows).toMatchObject([
        {
          ...part,
          old: '4',
          next,
          start: '2',
          end: '10',
          skipped: { value: skipped },
          again: { value: again },
        },
      ])
      expect(plan.rows[0]?.note !== undefined).toBe(isNoted)
      expect([plan.skipped, plan.again]).toMatchObject([{ value: skipped }, { value: again }])
      expect(group.committed[0]).toBe(4)
      await offsets.apply('readers', plan.rows, call())
      expect(String(group.committed[0])).toBe(next)
    },
  )

  it('does not know what a partition without a commit skips, and says how many it does not know', async () => {
    const { offsets } = open()
    const plan = await offsets.plan('readers', { target: { kind: 'latest' } }, call())
    expect(plan.rows[1]).toMatchObject({ old: null, next: '10', skipped: { state: 'unavailable' } })
    expect(plan.skipped).toMatchObject({ value: 6, quality: 'approximate', detail: { missing: 1 } })
    const shift = await offsets.plan('readers', { target: { kind: 'shift', by: 1 } }, call())
    expect(shift.rows.map(({ partition }) => partition)).toEqual([0])
    expect(shift.problems).toMatchObject([{ code: 'no-commit' }])
  })

  it('refuses while members are active, and names them', async () => {
    const { offsets, groups, group, connection, pass } = open(2)
    const plan = await offsets.plan('readers', { target: { kind: 'earliest' } }, call())
    expect(plan.members.map(({ id, host }) => [id, host])).toEqual([
      ['r-0', '10.0.0.1'],
      ['r-1', '10.0.0.1'],
    ])
    const refused = offsets.apply('readers', plan.rows, call())
    await expect(refused).rejects.toMatchObject({ code: 'conflict', detail: { members: plan.members } })
    expect(group.committed).toEqual([4, null])
    for (const { id } of plan.members) await groups.removeMember?.('readers', id, call())
    expect((await groups.describe('readers', call())).state).toBe('empty')
    await offsets.apply('readers', plan.rows, call())
    expect(group.committed).toEqual([2, 0])
    pass(11_000)
    await connection.probe(call())
    expect(group.stateAt(71_000)).toBe('preparingrebalance')
  })

  it('changes nothing when one row has moved since the plan', async () => {
    const { offsets, group } = open()
    const { rows } = await offsets.plan('readers', { target: { kind: 'earliest' } }, call())
    group.committed[1] = 7
    await expect(offsets.apply('readers', rows, call())).rejects.toMatchObject({
      code: 'conflict',
      detail: { moved: [{ partition: 1, old: null, now: '7' }] },
    })
    expect(group.committed).toEqual([4, 7])
  })

  it('skips the record a partition is stuck behind', async () => {
    const { offsets, group } = open()
    group.pending = [{ partition: 0, offset: 4, member: 'r-0', sinceMs: 0, deliveries: 1 }]
    const plan = await offsets.plan('readers', { target: { kind: 'skip-one' }, parts: [part] }, call())
    await offsets.apply('readers', plan.rows, call())
    expect([group.committed[0], group.pending]).toEqual([5, []])
  })

  it.each([
    [{ kind: 'skip-one' }, undefined],
    [{ kind: 'offset', offset: '-1' }, [part]],
    [{ kind: 'shift', by: 1 }, [{ ...part, partition: 1 }]],
    [{ kind: 'latest' }, [{ ...part, partition: 9 }]],
    [{ kind: 'latest' }, [{ ...part, destination: 'other' }]],
  ] as [OffsetTarget, (typeof part)[] | undefined][])('cannot express %j on %j', async (target, parts) => {
    const error = await open()
      .offsets.plan('readers', { target, parts }, call())
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BrokerError)
    expect(error).toMatchObject({ code: 'bad_request' })
  })

  it('counts the lag and its age by the records themselves', async () => {
    const { groups } = open()
    const { lag, total, totalSeconds } = await groups.describe('readers', call())
    expect(lag[0]).toMatchObject({ lag: { value: 6 }, lagSeconds: { value: 56 }, lost: { value: 0 } })
    expect(lag[1]?.lagSeconds).toMatchObject({ state: 'unavailable', reason: 'no commit' })
    expect(total).toMatchObject({ value: 6, detail: { missing: 1 } })
    expect(totalSeconds).toMatchObject({ value: 56, unit: 'seconds', detail: { missing: 1 } })
    expect(await groups.countLag?.('readers', part, 100, call())).toEqual({ count: 6, isWhole: true })
    expect(await groups.countLag?.('readers', part, 5, call())).toEqual({ count: 5, isWhole: false })
  })

  it('says what the log dropped before the group read it', async () => {
    const { groups, group } = open()
    group.committed[0] = 0
    const { lag } = await groups.describe('readers', call())
    expect(lag[0]).toMatchObject({ lag: { value: 8 }, lost: { value: 2 }, lagSeconds: { value: 58 } })
  })
})
