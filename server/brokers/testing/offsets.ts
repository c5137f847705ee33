import { describe, expect, it } from 'vitest'
import type { OffsetPlan, OffsetTarget } from '../../../lib/schemas/offset.ts'
import type { BrokerConnection, DestinationRef } from '../contract/index.ts'
import { call, expectBrokerError, uniqueName } from './suite/support.ts'

/** A group made by the raw client for one case. */
export interface SeededPosition {
  /** As the group's sample has it. */
  readonly key: string
  /** Raw: where the group stands now, by partition; null where it has no position. */
  positions(): Promise<readonly (string | null)[]>
  /** Raw: a member that stays until it is told to leave; absent where a group can have none that matters. */
  join?(): Promise<{ readonly client: string; leave(): Promise<void> }>
  dispose(): Promise<void>
}

/** What moving positions is checked with: everything is seeded and read back by the raw client. */
export interface OffsetsHarness {
  readonly label: string
  readonly partitions: number
  readonly connection: () => BrokerConnection
  create(name: string, partitions: number): Promise<DestinationRef>
  destroy(ref: DestinationRef): Promise<void>
  /** Raw: `count` messages to each partition, written at these times (epoch ms), one each. */
  fill(ref: DestinationRef, timesMs: readonly number[]): Promise<void>
  /** Raw: a group without members that has read `read` messages of every partition. */
  seed(ref: DestinationRef, name: string, read: number): Promise<SeededPosition>
  /** The position of a group that has read this many of the messages there, of the partition. */
  positionAfter(ref: DestinationRef, partition: number, read: number): Promise<string>
  /** The name by which rows call this destination. */
  rowName(ref: DestinationRef): string
  /** Targets this kind of group can be moved to. */
  readonly targets: readonly OffsetTarget['kind'][]
}

const count = 10
/** The messages lie a minute apart; the oldest is from ten minutes ago. */
const timesOf = (nowMs: number) => Array.from({ length: count }, (_, i) => nowMs - (count - i) * 60_000)

/** How many messages were read when the group stands at the target, seeded with 4 of 10. */
function expectedReads(nowMs: number): readonly { readonly target: OffsetTarget; readonly read: number }[] {
  const times = timesOf(nowMs)
  const at = (index: number) => new Date(times[index] ?? 0).toISOString()
  return [
    { target: { kind: 'earliest' }, read: 0 },
    { target: { kind: 'latest' }, read: count },
    { target: { kind: 'time', at: at(7) }, read: 7 },
    { target: { kind: 'time', at: new Date(nowMs + 3_600_000).toISOString() }, read: count },
    { target: { kind: 'shift', by: 3 }, read: 7 },
    { target: { kind: 'shift', by: -3 }, read: 1 },
    { target: { kind: 'shift', by: 1_000 }, read: count },
  ]
}

const countOf = (plan: OffsetPlan, which: 'skipped' | 'again') => {
  const reading = plan[which]
  return reading.state === 'ok' ? reading.value : null
}

/** Cases of the offsets facet that hold for every broker that has one. */
export function describeOffsets(harness: OffsetsHarness): void {
  const { connection, partitions, targets } = harness
  const facet = () => {
    const held = connection().offsets
    if (!held) throw new Error('the connection has no offsets facet')
    return held
  }
  const withGroup = async (
    work: (ref: DestinationRef, group: SeededPosition, nowMs: number) => Promise<void>,
  ) => {
    const ref = await harness.create(uniqueName('offsets'), partitions)
    try {
      const nowMs = Date.now()
      await harness.fill(ref, timesOf(nowMs))
      const group = await harness.seed(ref, uniqueName('mover'), 4)
      try {
        await work(ref, group, nowMs)
      } finally {
        await group.dispose()
      }
    } finally {
      await harness.destroy(ref)
    }
  }

  describe(`offsets: ${harness.label}`, { timeout: 60_000 }, () => {
    it('plans every target without moving anything, applies it, and the raw client finds it there', async () => {
      await withGroup(async (ref, group, nowMs) => {
        const place = (read: number) =>
          Promise.all(Array.from({ length: partitions }, (_, p) => harness.positionAfter(ref, p, read)))
        const offset = await harness.positionAfter(ref, 0, 6)
        const cases = [...expectedReads(nowMs), { target: { kind: 'offset' as const, offset }, read: 6 }]
        for (const { target, read } of cases.filter((one) => targets.includes(one.target.kind))) {
          const before = await group.positions()
          const plan = await facet().plan(group.key, { target }, call())
          const what = JSON.stringify(target)
          expect(await group.positions(), `${what} moved by planning`).toEqual(before)
          const next = await place(read)
          expect(plan.members).toEqual([])
          expect(
            plan.rows.map((row) => row.next),
            what,
          ).toEqual(next)
          expect(
            plan.rows.map((row) => row.old),
            what,
          ).toEqual(before)
          expect(plan.sentence, what).not.toBe('')
          if (countOf(plan, 'skipped') !== null) {
            // Each case begins with 4 of 10 read.
            expect(countOf(plan, 'skipped'), what).toBe(Math.max(0, read - 4) * partitions)
            expect(countOf(plan, 'again'), what).toBe(Math.max(0, 4 - read) * partitions)
          }
          const isClamped = target.kind === 'shift' && target.by === 1_000
          if (isClamped)
            expect(
              plan.rows.every((row) => row.note !== undefined),
              what,
            ).toBe(true)
          await facet().apply(group.key, plan.rows, call())
          expect(await group.positions(), `${what} applied`).toEqual(next)
          const back = plan.rows.map((row) => ({ ...row, old: row.next, next: row.old ?? '' }))
          await facet().apply(group.key, back, call())
          expect(await group.positions()).toEqual(before)
        }
      })
    })

    it('moves only the parts it was asked for', async () => {
      await withGroup(async (ref, group) => {
        const destination = harness.rowName(ref)
        const parts = [{ destination, partition: partitions - 1 }]
        const plan = await facet().plan(group.key, { target: { kind: 'latest' }, parts }, call())
        expect(plan.rows.map((row) => row.partition)).toEqual([partitions - 1])
        const before = await group.positions()
        await facet().apply(group.key, plan.rows, call())
        const after = [...before.slice(0, -1), await harness.positionAfter(ref, partitions - 1, count)]
        expect(await group.positions()).toEqual(after)
        const wrong = [{ destination, partition: 77 }]
        await expectBrokerError(
          facet().plan(group.key, { target: { kind: 'latest' }, parts: wrong }, call()),
          ['bad_request'],
        )
      })
    })

    it('changes nothing when a position is no longer what was planned for, and says which', async () => {
      await withGroup(async (ref, group) => {
        const plan = await facet().plan(group.key, { target: { kind: 'latest' } }, call())
        const one = [{ destination: harness.rowName(ref), partition: 0 }]
        const elsewhere = await facet().plan(group.key, { target: { kind: 'earliest' }, parts: one }, call())
        await facet().apply(group.key, elsewhere.rows, call())
        const before = await group.positions()
        const error = await expectBrokerError(facet().apply(group.key, plan.rows, call()), ['conflict'])
        expect(error.detail?.moved).toMatchObject([{ destination: harness.rowName(ref), partition: 0 }])
        expect(await group.positions()).toEqual(before)
      })
    })

    it('never moves a group that is being read, and names who reads it', async () => {
      await withGroup(async (_, group) => {
        if (!group.join) return
        const plan = await facet().plan(group.key, { target: { kind: 'earliest' } }, call())
        const member = await group.join()
        try {
          const before = await group.positions()
          const error = await expectBrokerError(facet().apply(group.key, plan.rows, call()), ['conflict'])
          expect(error.detail?.members).toMatchObject([{ client: member.client }])
          expect(error.message).toContain(member.client)
          expect(await group.positions()).toEqual(before)
          const shown = await facet().plan(group.key, { target: { kind: 'earliest' } }, call())
          expect(shown.members).toMatchObject([{ client: member.client }])
        } finally {
          await member.leave()
        }
        await facet().apply(group.key, plan.rows, call())
        expect(await group.positions()).toEqual(plan.rows.map((row) => row.next))
      })
    })

    it('skips one message on one partition, or says why it does not', async () => {
      await withGroup(async (ref, group) => {
        const target = { kind: 'skip-one' as const }
        const parts = [{ destination: harness.rowName(ref), partition: 0 }]
        const planning = facet().plan(group.key, { target, parts }, call())
        if (!targets.includes('skip-one')) return void (await expectBrokerError(planning, ['bad_request']))
        const plan = await planning
        expect(plan.rows.map((row) => row.next)).toEqual([await harness.positionAfter(ref, 0, 5)])
        expect(countOf(plan, 'skipped')).toBe(1)
        await facet().apply(group.key, plan.rows, call())
        expect((await group.positions())[0]).toBe(await harness.positionAfter(ref, 0, 5))
        await expectBrokerError(facet().plan(group.key, { target }, call()), ['bad_request'])
      })
    })

    it('refuses what is no position, and a group that is not there', async () => {
      await withGroup(async (_, group) => {
        const target = { kind: 'offset' as const, offset: 'nonsense' }
        await expectBrokerError(facet().plan(group.key, { target }, call()), ['bad_request'])
        await expectBrokerError(facet().plan('no-such-group', { target: { kind: 'latest' } }, call()), [
          'not_found',
          'bad_request',
        ])
      })
    })
  })
}
