import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type DestinationRef, shorten } from '../../contract/index.ts'
import { isNone, type RawDelivery } from '../harness.ts'
import {
  bodiesOf,
  type Context,
  call,
  expectBrokerError,
  expectShown,
  facetOf,
  rawMessage,
  readAll,
  seeds,
  withDestination,
} from './support.ts'

/** What a look did, as the application's next consumer sees it, against what was declared. */
function expectEffects(codes: readonly string[], delivered: readonly RawDelivery[], looked: number): void {
  const touched = delivered.slice(0, looked)
  if (touched.some((message) => message.redelivered !== undefined)) {
    const flagged = touched.some((message) => message.redelivered === true)
    expect(flagged, 'redelivered flag against the declared effects').toBe(codes.includes('sets-redelivered'))
  }
  if (touched.some((message) => message.deliveries !== undefined)) {
    const counted = touched.some((message) => (message.deliveries ?? 0) > 0)
    expect(counted, 'delivery count against the declared effects').toBe(codes.includes('counts-delivery'))
  }
  if (codes.includes('none')) expect(codes).toEqual(['none'])
}

export function describeBrowse({ connection, flavour }: Context): void {
  const read = (ref: DestinationRef, request: Parameters<ReturnType<typeof browse>['read']>[1]) =>
    browse().read(ref, request, call())
  const browse = () => facetOf(connection(), 'browse')

  describe('browse', () => {
    it('shows what lies there byte for byte, oldest first, and an empty page where nothing is', async () => {
      await withDestination(flavour, 'browse', async (ref) => {
        const empty = await read(ref, { limit: 10, maxBytes: 1 << 20 })
        expect(empty.messages).toEqual([])
        expect(empty.next).toBeNull()
        const raws = seeds(25, flavour)
        await flavour.publish(ref, raws)
        const first = await read(ref, { from: { kind: 'oldest' }, limit: 10, maxBytes: 1 << 20 })
        expect(first.messages).toHaveLength(10)
        first.messages.forEach((message, index) => {
          const raw = raws[index]
          if (raw) expectShown(message, raw, flavour)
        })
        const pageSize = flavour.browse.headOnly ? 100 : 10
        expect(bodiesOf(await readAll(connection(), ref, { limit: pageSize }))).toEqual(bodiesOf(raws))
        expect(first.scanned.messages).toBeGreaterThanOrEqual(10)
      })
    })

    it('does to the broker what it declared before and reported after, and keeps the order', async () => {
      await withDestination(flavour, 'effects', async (ref) => {
        const raws = seeds(12, flavour)
        await flavour.publish(ref, raws)
        const declared = (await connection().describeDestination(ref, call())).abilities.browse?.effects ?? []
        const page = await read(ref, { limit: 5, maxBytes: 1 << 20 })
        await read(ref, { limit: 12, maxBytes: 1 << 20 })
        const codes = page.effects.map((effect) => effect.code)
        expect(codes.length).toBeGreaterThan(0)
        expect(codes.toSorted()).toEqual(declared.map((effect) => effect.code).toSorted())
        expect(page.effects.every((effect) => effect.detail !== '')).toBe(true)
        expect(await flavour.count(ref)).toBe(12)
        const delivered = await flavour.drain(ref)
        expect(bodiesOf(delivered)).toEqual(bodiesOf(raws))
        expectEffects(codes, delivered, 12)
      })
    })

    it('names every message alike at every look, and gets one by its name', async () => {
      await withDestination(flavour, 'ids', async (ref) => {
        const same = rawMessage('same', flavour)
        await flavour.publish(ref, [same, same, rawMessage('other', flavour), same])
        const first = await readAll(connection(), ref)
        const second = await readAll(connection(), ref)
        const ids = first.map((message) => message.id)
        expect(second.map((message) => message.id)).toEqual(ids)
        expect(new Set(ids).size).toBe(4)
        for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_.~-]+$/)
        const third = await browse().get(ref, ids[2] ?? '', call())
        expect(bodiesOf([third])).toEqual(bodiesOf([rawMessage('other', flavour)]))
        expect(third.id).toBe(ids[2])
        await expectBrokerError(browse().get(ref, 'AAAA', call()), ['not_found', 'bad_request'])
        expect(await flavour.count(ref)).toBe(4)
      })
    })

    it('reads newest from the real end, descending', async () => {
      await withDestination(flavour, 'newest', async (ref) => {
        const raws = seeds(30, flavour)
        await flavour.publish(ref, raws)
        const request = { from: { kind: 'newest' as const }, limit: 7, maxBytes: 1 << 20 }
        if (!flavour.browse.newest) return void (await expectBrokerError(read(ref, request), ['unsupported']))
        const page = await read(ref, request)
        expect(bodiesOf(page.messages)).toEqual(bodiesOf(raws.slice(-7).reverse()))
        const byDefault = await read(ref, { limit: 7, maxBytes: 1 << 20 })
        expect(bodiesOf(byDefault.messages)).toEqual(bodiesOf(page.messages))
      })
    })

    it('starts at a position, and refuses one that does not parse', async () => {
      await withDestination(flavour, 'position', async (ref) => {
        const raws = seeds(20, flavour)
        await flavour.publish(ref, raws)
        const position = (await readAll(connection(), ref))[8]?.position ?? ''
        const request = {
          from: { kind: 'position' as const, position },
          partition: 0,
          limit: 5,
          maxBytes: 1 << 20,
        }
        const bad = { ...request, from: { kind: 'position' as const, position: '-not a position-' } }
        if (!flavour.browse.position)
          return void (await expectBrokerError(read(ref, request), ['unsupported']))
        const page = await read(ref, request)
        expect(bodiesOf(page.messages)).toEqual(bodiesOf(raws.slice(8, 13)))
        await expectBrokerError(read(ref, bad), ['bad_request'])
      })
    })

    it('starts at a time', { timeout: 60_000 }, async () => {
      await withDestination(flavour, 'time', async (ref) => {
        const gapMs = flavour.browse.timeGapMs ?? 60
        await flavour.publish(ref, seeds(5, flavour, 'before'))
        await sleep(gapMs)
        const from = { kind: 'time' as const, atMs: Date.now() }
        await sleep(gapMs)
        const after = seeds(5, flavour, 'after')
        await flavour.publish(ref, after)
        const request = { from, limit: 50, maxBytes: 1 << 20 }
        if (flavour.browse.time === false)
          return void (await expectBrokerError(read(ref, request), ['unsupported']))
        const bodies = bodiesOf((await read(ref, request)).messages)
        expect(bodies.slice(-5)).toEqual(bodiesOf(after))
        if (flavour.browse.time === 'exact') expect(bodies).toHaveLength(5)
      })
    })

    it('stops at a number of bytes and goes on from there', async () => {
      await withDestination(flavour, 'bytes', async (ref) => {
        const raws = seeds(12, flavour).map((raw) => ({
          ...raw,
          body: Buffer.concat([raw.body ?? Buffer.alloc(0), Buffer.alloc(10_000, 97)]),
        }))
        await flavour.publish(ref, raws)
        const page = await read(ref, { from: { kind: 'oldest' }, limit: 12, maxBytes: 35_000 })
        expect(page.messages.length).toBeGreaterThan(0)
        expect(page.messages.length).toBeLessThan(6)
        expect(page.scanned.stoppedBy).toBe('bytes')
        if (flavour.browse.headOnly) return
        expect(page.next).not.toBeNull()
        const rest = await readAll(connection(), ref, { maxBytes: 35_000 })
        expect(bodiesOf(rest)).toEqual(bodiesOf(raws))
      })
    })

    it('follows what arrives from now on, until the call ends', async () => {
      const { tail } = flavour
      await withDestination(flavour, 'tail', async (ref) => {
        if (isNone(tail)) {
          const { abilities } = await connection().describeDestination(ref, call())
          expect(abilities.tail?.level ?? 'none', tail.none).toBe('none')
          return
        }
        await flavour.publish(ref, seeds(3, flavour, 'past'))
        const stop = new AbortController()
        const seen: (string | null)[] = []
        const follow = async () => {
          const endless = { ...call(20_000), signal: stop.signal }
          for await (const message of facetOf(connection(), 'tail').follow(ref, shorten(endless, 20_000))) {
            seen.push(...bodiesOf([message]))
            if (seen.length === 4) stop.abort()
          }
        }
        const following = follow().catch(() => undefined)
        await sleep(700)
        const fresh = seeds(4, flavour, 'fresh')
        await flavour.publish(ref, fresh)
        await following
        expect(seen).toEqual(bodiesOf(fresh))
      })
    })
  })
}
