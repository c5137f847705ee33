import { describe, expect, it } from 'vitest'
import type { BrokerMessage } from '../../contract/index.ts'
import { isNone } from '../harness.ts'
import {
  bodiesOf,
  type Context,
  call,
  eventually,
  expectBrokerError,
  expectShown,
  facetOf,
  rawMessage,
  seeds,
  uniqueName,
  withDestination,
} from './support.ts'

export function describePurge({ connection, flavour }: Context): void {
  const { purge } = flavour
  describe('purge', () => {
    if (isNone(purge)) {
      it(`declares none: ${purge.none}`, async () => {
        await withDestination(flavour, 'purge', async (ref) => {
          const { abilities } = await connection().describeDestination(ref, call())
          expect(abilities.purge?.level ?? 'none').toBe('none')
        })
      })
      return
    }
    it('backs up, removes what was there, and leaves what arrives meanwhile', async () => {
      await withDestination(flavour, 'purge', async (ref) => {
        const raws = seeds(120, flavour)
        await flavour.publish(ref, raws)
        const saved: BrokerMessage[] = []
        const late = seeds(7, flavour, 'late')
        const sink = async (messages: readonly BrokerMessage[]) => {
          if (saved.length === 0) await flavour.publish(ref, late)
          saved.push(...messages)
        }
        const { removed } = await facetOf(connection(), 'purge').purge(ref, sink, call(30_000))
        expect(removed).toBe(120)
        expect(bodiesOf(saved)).toEqual(bodiesOf(raws))
        saved.forEach((message, index) => {
          const raw = raws[index]
          if (raw) expectShown(message, raw, flavour)
        })
        expect(bodiesOf(await flavour.drain(ref))).toEqual(bodiesOf(late))
      })
    })
    it('removes nothing that was not backed up', async () => {
      await withDestination(flavour, 'purge-fails', async (ref) => {
        const raws = seeds(20, flavour)
        await flavour.publish(ref, raws)
        const full = () => Promise.reject(new Error('the disk is full'))
        await expect(facetOf(connection(), 'purge').purge(ref, full, call())).rejects.toThrow(
          'the disk is full',
        )
        const delivered = await eventually(10_000, async () => {
          expect(await flavour.count(ref)).toBe(20)
          return flavour.drain(ref)
        })
        expect(bodiesOf(delivered)).toEqual(bodiesOf(raws))
      })
    })
  })
}

export function describeManage({ connection, flavour }: Context): void {
  const { manage } = flavour
  describe('manage', () => {
    if (isNone(manage)) {
      it(`declares none: ${manage.none}`, async () => {
        await withDestination(flavour, 'manage', async (ref) => {
          const { abilities } = await connection().describeDestination(ref, call())
          expect(abilities.manage?.level ?? 'none').toBe('none')
        })
      })
      return
    }
    it('creates a holding place like its neighbours and removes it only when it is empty', async () => {
      await withDestination(flavour, 'like', async (ref) => {
        const facet = facetOf(connection(), 'manage')
        const made = { ...ref, name: uniqueName('made') }
        try {
          await facet.ensure(made, call())
          await facet.ensure(made, call())
          await flavour.publish(made, [rawMessage('kept', flavour)])
          await expectBrokerError(facet.removeEmpty(made, call()), ['conflict'])
          expect(await flavour.drain(made)).toHaveLength(1)
        } finally {
          await flavour.destroy(made)
        }
        const empty = { ...ref, name: uniqueName('empty') }
        await facet.ensure(empty, call())
        await facet.removeEmpty(empty, call())
        await expectBrokerError(connection().describeDestination(empty, call()), ['not_found'])
      })
    })
  })
}

export function describeGroups({ connection, flavour }: Context): void {
  const { groups } = flavour
  describe('groups', () => {
    if (isNone(groups)) {
      it(`has none: ${groups.none}`, async () => {
        await withDestination(flavour, 'groups', async (ref) => {
          const sample = await connection().sample([ref], call())
          expect(
            sample.groups.filter((group) => group.lag.some((row) => row.destination === ref.name)),
          ).toEqual([])
        })
      })
      return
    }
    it('counts the lag as the raw client does, and looking changes nothing', {
      timeout: 60_000,
    }, async () => {
      await withDestination(
        flavour,
        'groups',
        async (ref) => {
          await flavour.publish(ref, seeds(30, flavour))
          const seeded = await groups.seed(ref, uniqueName('group'), 12)
          try {
            for (let look = 0; look < 2; look += 1) {
              const sample = await connection().sample([ref], call())
              const sampled = sample.groups.find((group) => group.name === seeded.name)
              if (!sampled) throw new Error(`${seeded.name} is missing from the sample`)
              const live = await facetOf(connection(), 'groups').describe(sampled.key, call())
              for (const group of [sampled, live]) {
                expect(group.members).toHaveLength(seeded.members)
                const rows = group.lag.filter((row) => row.destination === ref.name)
                expect(rows.map((row) => row.partition).toSorted((a, b) => a - b)).toEqual(
                  seeded.rows.map((row) => row.partition),
                )
                for (const expected of seeded.rows) {
                  const row = rows.find((candidate) => candidate.partition === expected.partition)
                  expect(row?.committed).toBe(expected.committed)
                  if (expected.lag === null) expect(row?.lag.state).not.toBe('ok')
                  else expect(row?.lag).toMatchObject({ state: 'ok', value: expected.lag, unit: 'messages' })
                }
                const known = seeded.rows.flatMap((row) => (row.lag === null ? [] : [row.lag]))
                const total = known.reduce((sum, lag) => sum + lag, 0)
                if (known.length > 0) expect(group.total).toMatchObject({ state: 'ok', value: total })
                if (known.length > 0 && known.length < seeded.rows.length && group.total.state === 'ok') {
                  expect(group.total.quality).toBe('approximate')
                  expect(group.total.detail?.missing).toBe(seeded.rows.length - known.length)
                }
              }
            }
            await expectBrokerError(facetOf(connection(), 'groups').describe('no-such-group', call()), [
              'not_found',
              'bad_request',
            ])
          } finally {
            await seeded.dispose()
          }
        },
        { partitions: groups.partitions },
      )
    })
  })
}
