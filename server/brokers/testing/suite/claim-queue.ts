import { describe, expect, it } from 'vitest'
import { onlyMarks } from '../../../../lib/domain/ability-words.ts'
import type { Claim, ClaimSelection, ClaimSession, DestinationRef } from '../../contract/index.ts'
import {
  bodiesOf,
  type Context,
  call,
  expectShown,
  facetOf,
  readAll,
  seeds,
  withDestination,
} from './support.ts'

/** Takes everything a session reaches. */
export async function collect(session: ClaimSession, max = 100): Promise<Claim[]> {
  const claims: Claim[] = []
  for (;;) {
    const some = await session.next(max, call())
    if (some.length === 0) return claims
    claims.push(...some)
  }
}

/** Sources that give messages away from the head and take them back. */
export function describeQueueClaims({ connection, flavour }: Context): void {
  const claim = () => facetOf(connection(), 'claim')
  const open = (ref: DestinationRef, select: ClaimSelection, window = 100) =>
    claim().open(ref, { select, window }, call())
  const idsAt = async (ref: DestinationRef, wanted: readonly number[]) => {
    const messages = await readAll(connection(), ref)
    return wanted.map((index) => messages[index]?.id ?? 'missing')
  }

  describe('claim from a queue', () => {
    it('says its shape, its exact count and what claiming will do', async () => {
      await withDestination(flavour, 'shape', async (ref) => {
        await flavour.publish(ref, seeds(9, flavour))
        expect(claim().shapeOf(ref)).toBe('queue')
        expect(claim().settlesOf(ref)).toBe(flavour.settles)
        const { abilities } = await connection().describeDestination(ref, call())
        expect(onlyMarks(abilities.claim)).toBe(false)
        expect(await claim().count(ref, call())).toBe(9)
        const request = { select: { kind: 'head' as const, count: 3 }, window: 3 }
        const effects = await claim().effects(ref, request, call())
        expect(effects.length).toBeGreaterThan(0)
        expect(effects.every((effect) => effect.detail !== '')).toBe(true)
        expect(await claim().count(ref, call())).toBe(9)
      })
    })

    it('removes what was selected by id and leaves the others in order', async () => {
      await withDestination(flavour, 'ids', async (ref) => {
        const raws = seeds(10, flavour)
        await flavour.publish(ref, raws)
        const ids = await idsAt(ref, [2, 5, 7])
        const session = await open(ref, { kind: 'ids', ids })
        const claims = await collect(session)
        expect(claims.map((held) => held.message.id)).toEqual(ids)
        claims.forEach((held, index) => {
          const raw = raws[[2, 5, 7][index] ?? 0]
          if (raw) expectShown(held.message, raw, flavour)
        })
        await session.settle(claims, 'remove', call())
        expect(session.ended).toBe('done')
        await session.close()
        const left = raws.filter((_, index) => ![2, 5, 7].includes(index))
        expect(bodiesOf(await flavour.drain(ref))).toEqual(bodiesOf(left))
      })
    })

    it('keeps equal messages apart', async () => {
      await withDestination(flavour, 'equal', async (ref) => {
        const [same] = seeds(1, flavour)
        if (!same) return
        await flavour.publish(ref, [same, same, same, same])
        const [id] = await idsAt(ref, [1])
        const session = await open(ref, { kind: 'ids', ids: [id ?? ''] })
        const claims = await collect(session)
        expect(claims.map((held) => held.message.id)).toEqual([id])
        await session.settle(claims, 'remove', call())
        await session.close()
        expect(await flavour.drain(ref)).toHaveLength(3)
      })
    })

    it('takes a number from the head without a second look', async () => {
      await withDestination(flavour, 'head', async (ref) => {
        const raws = seeds(10, flavour)
        await flavour.publish(ref, raws)
        const session = await open(ref, { kind: 'head', count: 4 })
        const claims = await collect(session, 3)
        expect(bodiesOf(claims.map((held) => held.message))).toEqual(bodiesOf(raws.slice(0, 4)))
        await session.settle(claims.slice(0, 2), 'remove', call())
        await session.settle(claims.slice(2), 'remove', call())
        await session.close()
        expect(bodiesOf(await flavour.drain(ref))).toEqual(bodiesOf(raws.slice(4)))
      })
    })

    it('releases what it does not remove, in the order it was, with the effects declared', async () => {
      await withDestination(flavour, 'release', async (ref) => {
        const raws = seeds(10, flavour)
        await flavour.publish(ref, raws)
        const request = { select: { kind: 'head' as const, count: 6 }, window: 6 }
        const declared = (await claim().effects(ref, request, call())).map((effect) => effect.code)
        const session = await claim().open(ref, request, call())
        const claims = await collect(session)
        expect(claims).toHaveLength(6)
        await session.settle(claims.slice(1, 3), 'remove', call())
        await session.settle([...claims.slice(0, 1), ...claims.slice(3)], 'release', call())
        await session.close()
        const codes = session.effects.map((effect) => effect.code)
        for (const code of codes) if (code !== 'none') expect(declared).toContain(code)
        const left = [0, 3, 4, 5, 6, 7, 8, 9].map((index) => bodiesOf(raws.slice(index, index + 1))[0])
        const delivered = await flavour.drain(ref)
        const bodies = bodiesOf(delivered)
        if (codes.includes('moves-to-tail')) expect(bodies.toSorted()).toEqual(left.toSorted())
        else expect(bodies).toEqual(left)
        const flagged = delivered.some((message) => message.redelivered === true)
        if (flagged) expect(codes).toContain('sets-redelivered')
        if (delivered.some((message) => (message.deliveries ?? 0) > 0))
          expect(codes).toContain('counts-delivery')
      })
    })

    it('loses nothing when it is closed in between, and closing twice is safe', async () => {
      await withDestination(flavour, 'close', async (ref) => {
        const raws = seeds(10, flavour)
        await flavour.publish(ref, raws)
        const session = await open(ref, { kind: 'head', count: 10 })
        const claims = await session.next(5, call())
        expect(claims.length).toBeGreaterThan(0)
        await session.settle(claims.slice(0, 1), 'remove', call())
        await session.close()
        await session.close()
        expect(bodiesOf(await flavour.drain(ref)).toSorted()).toEqual(bodiesOf(raws.slice(1)).toSorted())
      })
    })

    it('ends by itself at a message that is not there, and loses nothing looking for it', async () => {
      await withDestination(flavour, 'absent', async (ref) => {
        const raws = seeds(6, flavour)
        await flavour.publish(ref, raws)
        const [present] = await idsAt(ref, [3])
        const first = await open(ref, { kind: 'ids', ids: [present ?? ''] })
        await first.settle(await collect(first), 'remove', call())
        await first.close()
        const session = await open(ref, { kind: 'ids', ids: [present ?? ''] })
        expect(await collect(session)).toEqual([])
        expect(session.ended).not.toBeNull()
        expect(session.ended).not.toBe('lost')
        await session.close()
        expect(bodiesOf(await flavour.drain(ref))).toEqual(bodiesOf(raws.filter((_, index) => index !== 3)))
      })
    })

    it('claims the whole of a long queue through a small window', { timeout: 60_000 }, async () => {
      await withDestination(flavour, 'long', async (ref) => {
        const raws = seeds(700, flavour)
        await flavour.publish(ref, raws)
        const session = await open(ref, { kind: 'head', count: 700 }, 50)
        const bodies: (string | null)[] = []
        for (;;) {
          const claims = await session.next(50, call())
          if (claims.length === 0) break
          expect(claims.length).toBeLessThanOrEqual(50)
          bodies.push(...bodiesOf(claims.map((held) => held.message)))
          await session.settle(claims, 'remove', call())
        }
        await session.close()
        expect(bodies).toEqual(bodiesOf(raws))
        expect(await flavour.count(ref)).toBe(0)
      })
    })
  })
}
