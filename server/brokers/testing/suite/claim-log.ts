import { describe, expect, it } from 'vitest'
import { onlyMarks } from '../../../../lib/domain/ability-words.ts'
import type { DestinationRef } from '../../contract/index.ts'
import { collect } from './claim-queue.ts'
import {
  bodiesOf,
  type Context,
  call,
  expectShown,
  facetOf,
  outgoing,
  readAll,
  seeds,
  withDestination,
} from './support.ts'

/** Sources that keep everything and read any id at will. */
export function describeLogClaims({ connection, flavour }: Context): void {
  const claim = () => facetOf(connection(), 'claim')
  const freezeAll = async (ref: DestinationRef) => {
    const ids: string[] = []
    for await (const page of claim().freeze(ref, call())) ids.push(...page)
    return ids
  }
  const open = (ref: DestinationRef, ids: readonly string[]) =>
    claim().open(ref, { select: { kind: 'ids', ids }, window: 100 }, call())

  describe('claim from a log', () => {
    it('says its shape and exact count, and freezes every id up to the end as it is now', async () => {
      await withDestination(flavour, 'freeze', async (ref) => {
        expect(await freezeAll(ref)).toEqual([])
        await flavour.publish(ref, seeds(250, flavour))
        expect(claim().shapeOf(ref)).toBe('log')
        expect(claim().settlesOf(ref)).toBe(flavour.settles)
        const { abilities } = await connection().describeDestination(ref, call())
        expect(onlyMarks(abilities.claim)).toBe(flavour.settles === 'marks')
        expect(await claim().count(ref, call())).toBe(250)
        const ids = await freezeAll(ref)
        expect(ids).toEqual((await readAll(connection(), ref)).map((message) => message.id))
        const frozen: string[] = []
        let isFirst = true
        for await (const page of claim().freeze(ref, call())) {
          if (isFirst) await flavour.publish(ref, seeds(5, flavour, 'late'))
          isFirst = false
          frozen.push(...page)
        }
        expect(frozen).toEqual(ids)
      })
    })

    it('reads selected ids byte for byte and settles them as it says', async () => {
      await withDestination(flavour, 'ids', async (ref) => {
        const raws = seeds(40, flavour)
        await flavour.publish(ref, raws)
        const ids = await freezeAll(ref)
        const wanted = [3, 4, 17, 39]
        const effects = await claim().effects(
          ref,
          { select: { kind: 'ids', ids: [ids[3] ?? ''] }, window: 1 },
          call(),
        )
        expect(effects.length).toBeGreaterThan(0)
        const session = await open(
          ref,
          wanted.map((index) => ids[index] ?? ''),
        )
        const claims = await collect(session, 3)
        expect(claims.map((held) => held.message.id)).toEqual(wanted.map((index) => ids[index]))
        claims.forEach((held, index) => {
          const raw = raws[wanted[index] ?? 0]
          if (raw) expectShown(held.message, raw, flavour)
        })
        await session.settle(claims, 'remove', call())
        expect(session.ended).toBe('done')
        await session.close()
        const left = flavour.settles === 'marks' ? raws : raws.filter((_, index) => !wanted.includes(index))
        expect(bodiesOf(await flavour.drain(ref))).toEqual(bodiesOf(left))
      })
    })

    it('leaves everything when it releases, closes early, or asks for what is gone', async () => {
      await withDestination(flavour, 'release', async (ref) => {
        const raws = seeds(10, flavour)
        await flavour.publish(ref, raws)
        const ids = await freezeAll(ref)
        const session = await open(ref, ids)
        const claims = await session.next(5, call())
        await session.settle(claims, 'release', call())
        await session.close()
        await session.close()
        expect(bodiesOf(await flavour.drain(ref))).toEqual(bodiesOf(raws))
      })
    })

    it('moves in one transaction where it says it can: all there, and gone here', async () => {
      await withDestination(flavour, 'move-from', async (from) => {
        await withDestination(flavour, 'move-to', async (to) => {
          const raws = seeds(20, flavour)
          await flavour.publish(from, raws)
          const words = claim().transaction?.(from, { ref: to }) ?? null
          const session = await open(from, await freezeAll(from))
          const claims = await session.next(20, call())
          if (words === null || !session.move) {
            await session.close()
            expect(await flavour.count(from)).toBe(20)
            return
          }
          expect(words).not.toBe('')
          const moves = claims.map((held, index) => ({
            claim: held,
            outgoing: outgoing(to, raws[index] ?? held.message),
          }))
          const outcomes = await session.move(moves, call())
          await session.close()
          expect(outcomes.map((outcome) => outcome.state)).toEqual(claims.map(() => 'confirmed'))
          expect(bodiesOf(await flavour.drain(to))).toEqual(bodiesOf(raws.slice(0, claims.length)))
          const left = flavour.settles === 'marks' ? raws : raws.slice(claims.length)
          expect(bodiesOf(await flavour.drain(from))).toEqual(bodiesOf(left))
        })
      })
    })
  })
}
