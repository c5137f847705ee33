import { describe, expect, it } from 'vitest'
import type { BrokerConnection, DestinationRef, GroupSample, Sample } from '../contract/index.ts'
import { call, uniqueName } from './suite/support.ts'

/** What lag in messages and seconds is checked with; everything is seeded by the raw client. */
export interface LagHarness {
  readonly label: string
  readonly connection: () => BrokerConnection
  /** One partition. */
  create(name: string): Promise<DestinationRef>
  destroy(ref: DestinationRef): Promise<void>
  /** Raw: a message for each time, which it carries as its own (epoch ms). */
  publish(ref: DestinationRef, timesMs: readonly number[]): Promise<void>
  /** Raw: a group without members that has read this many; asked again, the same group has read on. */
  seed(ref: DestinationRef, group: string, read: number): Promise<{ dispose(): Promise<void> }>
  /** Raw: the first `count` messages are gone, as retention takes them. */
  trim(ref: DestinationRef, count: number): Promise<void>
  /** Whether the broker tells incarnations and how many were lost. */
  readonly tells: { readonly incarnation: boolean; readonly lost: boolean }
}

const toleranceSeconds = 15

export function groupIn(sample: Sample, name: string): GroupSample {
  const group = sample.groups.find((row) => row.name === name)
  if (!group) throw new Error(`${name} is missing from the sample`)
  return group
}

/** Cases of lag that hold for every broker whose groups have a position in a log. */
export function describeLag(harness: LagHarness): void {
  const { connection, tells } = harness
  const sample = () => connection().sample([], call())

  describe(`lag: ${harness.label}`, { timeout: 60_000 }, () => {
    it('is as old as the next message by that message’s own time, and nothing when nothing waits', async () => {
      const ref = await harness.create(uniqueName('lag'))
      const [behind, done] = [uniqueName('behind'), uniqueName('done')]
      const nowMs = Date.now()
      await harness.publish(ref, [nowMs - 900_000, nowMs - 600_000, nowMs - 300_000])
      const groups = [await harness.seed(ref, behind, 1), await harness.seed(ref, done, 3)]
      try {
        // A time is looked up once and then remembered: twice must be the same.
        for (let look = 0; look < 2; look += 1) {
          const sampled = await sample()
          for (const late of [
            groupIn(sampled, behind),
            await connection().groups?.describe(behind, call()),
          ]) {
            expect(late?.total).toMatchObject({ state: 'ok', value: 2 })
            const seconds = late?.lag[0]?.lagSeconds
            expect(seconds).toMatchObject({ state: 'ok', unit: 'seconds', quality: 'exact' })
            if (seconds?.state !== 'ok') continue
            const real = (Date.now() - (nowMs - 600_000)) / 1000
            expect(Math.abs(seconds.value - real)).toBeLessThan(toleranceSeconds)
            expect(late?.totalSeconds).toMatchObject({ state: 'ok', value: seconds.value })
          }
          expect(groupIn(sampled, done).totalSeconds).toMatchObject({
            state: 'ok',
            value: 0,
            quality: 'exact',
          })
          expect(groupIn(sampled, done).total).toMatchObject({ state: 'ok', value: 0, quality: 'exact' })
        }
      } finally {
        for (const group of groups) await group.dispose()
        await harness.destroy(ref)
      }
    })

    it('follows the group when it reads on', async () => {
      const ref = await harness.create(uniqueName('lag'))
      const name = uniqueName('moving')
      const nowMs = Date.now()
      await harness.publish(ref, [nowMs - 800_000, nowMs - 100_000])
      const first = await harness.seed(ref, name, 0)
      try {
        await sample()
        await harness.seed(ref, name, 1)
        const group = groupIn(await sample(), name)
        expect(group.total).toMatchObject({ state: 'ok', value: 1 })
        const seconds = group.totalSeconds
        expect(
          seconds?.state === 'ok' && Math.abs(seconds.value - 100) < toleranceSeconds,
          JSON.stringify(seconds),
        ).toBe(true)
      } finally {
        await first.dispose()
        await harness.destroy(ref)
      }
    })

    if (tells.lost)
      it('says how many messages were gone before the group read them', async () => {
        const ref = await harness.create(uniqueName('lost'))
        const name = uniqueName('loser')
        await harness.publish(
          ref,
          Array.from({ length: 10 }, () => Date.now() - 60_000),
        )
        const group = await harness.seed(ref, name, 2)
        try {
          expect(groupIn(await sample(), name).lag[0]?.lost).toMatchObject({ state: 'ok', value: 0 })
          await harness.trim(ref, 7)
          const late = groupIn(await sample(), name)
          expect(late.lag[0]?.lost).toMatchObject({ state: 'ok', value: 5, unit: 'messages' })
          // What was lost waits no more: it is not part of the lag.
          expect(late.lag[0]?.lag).toMatchObject({ state: 'ok', value: 3 })
          expect(late.total).toMatchObject({ detail: { lost: 5 } })
        } finally {
          await group.dispose()
          await harness.destroy(ref)
        }
      })

    if (tells.incarnation)
      it('tells a destination that was made anew from the one before', async () => {
        const ref = await harness.create(uniqueName('again'))
        const rowOf = async () => (await sample()).destinations.find((row) => row.ref.name === ref.name)
        await harness.publish(ref, [Date.now(), Date.now(), Date.now()])
        const before = await rowOf()
        expect(before?.counters.published).toMatchObject({ value: '3' })
        await harness.destroy(ref)
        await harness.create(ref.name)
        await harness.publish(ref, [Date.now()])
        const after = await rowOf()
        expect(after?.counters.published).toMatchObject({ value: '1' })
        expect(after?.incarnation).toBeTruthy()
        expect(after?.incarnation).not.toBe(before?.incarnation)
        expect(after?.counters.published?.epoch).not.toBe(before?.counters.published?.epoch)
        await harness.destroy(ref)
      })
  })
}
