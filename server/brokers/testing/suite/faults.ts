import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrokerConnection, BrokerError, type DestinationRef, newCall } from '../../contract/index.ts'
import { type DriverHarness, type FragileBroker, isNone } from '../harness.ts'
import { everyCall } from './limits.ts'
import {
  bodiesOf,
  bytesOf,
  call,
  eventually,
  facetOf,
  outgoing,
  rawMessage,
  readAll,
  scheduleMarginMs,
  seeds,
  timeToSettle,
  uniqueName,
} from './support.ts'

/** What a driver may say while its broker is going away or coming back. */
const faultCodes = ['unreachable', 'timeout', 'throttled', 'not_found', 'protocol']

export function describeFaults(harness: DriverHarness): void {
  const { openFragile } = harness
  describe('faults', { timeout: 180_000 }, () => {
    if (isNone(openFragile)) {
      it('cannot be hurt', () => expect(openFragile.none).not.toBe(''))
      return
    }
    let broker: FragileBroker
    let connection: BrokerConnection
    let ref: DestinationRef
    beforeAll(async () => {
      broker = await openFragile()
      connection = await broker.connect()
      ref = await broker.flavour.create(uniqueName('fragile'))
      await broker.flavour.publish(ref, seeds(20, broker.flavour))
      await connection.probe(call())
    }, 180_000)
    afterAll(async () => {
      await connection?.close()
      await broker?.dispose()
    }, 60_000)

    it('settles every call within 200 ms of an abort or the deadline while the broker is silent', async () => {
      const calls = everyCall(connection, ref, harness)
      for (const run of Object.values(calls)) await run(call())
      await broker.pause()
      try {
        await Promise.all(
          Object.entries(calls).map(async ([name, run]) => {
            const abort = new AbortController()
            setTimeout(() => abort.abort(), 400)
            const abortedMs = await timeToSettle(
              run({ signal: abort.signal, deadlineAt: Date.now() + 60_000 }),
            )
            expect(abortedMs, `${name} after an abort at 400 ms`).toBeLessThan(400 + 200 + scheduleMarginMs)
            const deadlineMs = await timeToSettle(run(newCall(500)))
            expect(deadlineMs, `${name} after a deadline of 500 ms`).toBeLessThan(
              500 + 200 + scheduleMarginMs,
            )
          }),
        )
      } finally {
        await broker.resume()
      }
      for (const [name, run] of Object.entries(calls)) {
        await eventually(30_000, () => run(call(5_000)).catch((error) => Promise.reject(named(name, error))))
      }
    })

    it('answers with an error in time when the broker stops in the middle, and heals', async () => {
      const calls = everyCall(connection, ref, harness)
      let isOver = false
      const slow: string[] = []
      const strange: string[] = []
      const loops = Object.entries(calls).map(async ([name, run]) => {
        while (!isOver) {
          const startedAt = performance.now()
          const error = await run(newCall(4_000)).then(
            () => null,
            (thrown: unknown) => thrown,
          )
          if (performance.now() - startedAt > 4_200 + scheduleMarginMs) slow.push(name)
          if (error instanceof BrokerError && !faultCodes.includes(error.code))
            strange.push(`${name}: ${error.code}`)
          if (error !== null && !(error instanceof BrokerError) && !String(error).includes('not confirmed'))
            strange.push(`${name}: ${String(error)}`)
          await sleep(error === null ? 5 : 100)
        }
      })
      await sleep(500)
      await broker.stop()
      await sleep(1_500)
      const sample = await connection.sample([ref], newCall(3_000)).then(
        () => 'answered',
        () => 'failed',
      )
      expect(sample).toBe('failed')
      await broker.start()
      for (const [name, run] of Object.entries(calls)) {
        await eventually(30_000, () => run(call(4_000)).catch((error) => Promise.reject(named(name, error))))
      }
      isOver = true
      await Promise.all(loops)
      expect({ slow, strange }).toEqual({ slow: [], strange: [] })
    })

    it('loses no confirmed message over a stop, and doubts only what was on its way', async () => {
      const target = await broker.flavour.create(uniqueName('confirmed'))
      const publisher = await facetOf(connection, 'publish').openPublisher(call())
      const confirmed: (string | null)[] = []
      const sent = new Set<string | null>()
      let isOver = false
      const loop = async () => {
        for (let index = 0; !isOver; index += 1) {
          const raws = seeds(20, broker.flavour, `batch${index}-`)
          for (const raw of raws) sent.add(bytesOf(raw.body))
          const outcomes = await publisher.send(
            raws.map((raw) => outgoing(target, raw)),
            newCall(3_000),
          )
          expect(outcomes).toHaveLength(raws.length)
          outcomes.forEach((outcome, at) => {
            if (outcome.state === 'confirmed') confirmed.push(bytesOf(raws[at]?.body ?? null))
          })
          await sleep(10)
        }
      }
      const looping = loop()
      await sleep(600)
      await broker.stop()
      await sleep(800)
      isOver = true
      await looping
      await broker.start()
      await publisher.close().catch(() => undefined)
      const there = new Set(
        await eventually(20_000, async () => bodiesOf(await broker.flavour.drain(target))),
      )
      expect(confirmed.length).toBeGreaterThan(0)
      expect(confirmed.filter((body) => !there.has(body))).toEqual([])
      expect([...there].filter((body) => !sent.has(body))).toEqual([])
    })

    if (canClaim(harness)) {
      it('gives back what it held when the broker stopped', async () => {
        const source = await broker.flavour.create(uniqueName('held'))
        const raws = seeds(12, broker.flavour)
        await broker.flavour.publish(source, raws)
        const ids = await eventually(15_000, async () => (await readAll(connection, source)).map((m) => m.id))
        const select = { kind: 'ids' as const, ids: ids.slice(0, 8) }
        const session = await facetOf(connection, 'claim').open(source, { select, window: 8 }, call())
        const claims = await session.next(8, call())
        expect(claims.length).toBeGreaterThan(0)
        await broker.stop()
        await broker.start()
        await session.settle(claims.slice(0, 1), 'remove', newCall(5_000)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(BrokerError)
        })
        await session.close()
        const left = await eventually(20_000, async () => {
          expect(await broker.flavour.count(source)).toBeGreaterThanOrEqual(11)
          return bodiesOf(await broker.flavour.drain(source))
        })
        for (const body of bodiesOf(raws.slice(1))) expect(left).toContain(body)
      })
    }

    it('publishes and reads as before after all of this', async () => {
      const fresh = await broker.flavour.create(uniqueName('after'))
      const raw = rawMessage('after', broker.flavour)
      await eventually(15_000, async () => {
        const publisher = await facetOf(connection, 'publish').openPublisher(call(4_000))
        const [outcome] = await publisher.send([outgoing(fresh, raw)], call(4_000))
        await publisher.close()
        expect(outcome?.state).toBe('confirmed')
      })
      expect(bodiesOf(await broker.flavour.drain(fresh))).toContain(bytesOf(raw.body))
    })
  })
}

const canClaim = (harness: DriverHarness) => !isNone(harness.flavours[0]?.claim ?? { none: 'no flavour' })

function named(name: string, error: unknown): Error {
  return new Error(`${name} did not heal: ${String(error)}`, { cause: error })
}
