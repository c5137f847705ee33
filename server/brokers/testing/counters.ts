import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerConnection, CounterName, DestinationRef, DestinationSample } from '../contract/index.ts'
import { call, eventually } from './suite/support.ts'

/** A consumer of the application that has taken some messages and acknowledged fewer. */
export interface CountingConsumer {
  /** How many it was given: a log may send more than it was asked for. */
  taken(): number
  end(): Promise<void>
}

/** One sort of destination whose counters are compared with the raw client's own arithmetic. */
export interface CountedFlavour {
  readonly label: string
  /** Counters this sort has; others must be absent. */
  readonly counts: readonly CounterName[]
  /** Whether depth is what was published less what was acknowledged, or all that was published (a log). */
  readonly depth: 'waits' | 'keeps'
  create(name: string): Promise<DestinationRef>
  destroy(ref: DestinationRef): Promise<void>
  publish(ref: DestinationRef, messages: number): Promise<void>
  /** Takes `take` messages and acknowledges the first `ack`; keeps the rest, and stays. */
  consume(ref: DestinationRef, take: number, ack: number): Promise<CountingConsumer>
}

export interface CountersHarness {
  readonly label: string
  setUp(): Promise<void>
  tearDown(): Promise<void>
  connect(): Promise<BrokerConnection>
  readonly flavours: readonly CountedFlavour[]
  /** Stops the server and starts it again, ready on resolve. */
  restart(): Promise<void>
  /** How long the broker may take to tell what happened. */
  readonly settleMs: number
}

/** Depths and counters equal the raw client's sums; whatever begins anew says so by another epoch. */
export function describeCounters(harness: CountersHarness): void {
  describe(`counters: ${harness.label}`, { timeout: 90_000 }, () => {
    beforeAll(() => harness.setUp(), 180_000)
    afterAll(() => harness.tearDown(), 60_000)

    /** Each test samples by a connection of its own: what is watched must not change from one sample to the next. */
    const withConnection = async (work: (connection: BrokerConnection) => Promise<void>) => {
      const connection = await harness.connect()
      await work(connection).finally(() => connection.close())
    }
    const sampleOf = async (
      connection: BrokerConnection,
      ref: DestinationRef,
      isWatched: boolean,
    ): Promise<DestinationSample> => {
      const { destinations } = await connection.sample(isWatched ? [ref] : [], call())
      const found = destinations.find((one) => one.ref.name === ref.name && one.ref.type === ref.type)
      if (!found) throw new Error(`${ref.name} is not in the sample`)
      return found
    }
    const shown = (sample: DestinationSample, name: string) => {
      const reading = sample.readings[name]
      return reading?.state === 'ok' ? reading.value : (reading?.state ?? 'absent')
    }
    const counted = (sample: DestinationSample) =>
      Object.fromEntries(Object.entries(sample.counters).map(([name, counter]) => [name, counter.value]))
    const identity = (sample: DestinationSample) =>
      `${sample.incarnation ?? ''} ${sample.counters.published?.epoch ?? 'none'}`

    for (const flavour of harness.flavours) {
      const expectedOf = (taken: number) => {
        const all: Partial<Record<CounterName, string>> = {
          published: '9',
          delivered: String(taken),
          acked: '4',
        }
        const has = ([name]: [string, string]) => flavour.counts.includes(name as CounterName)
        return Object.fromEntries(Object.entries(all).filter(has))
      }
      it.concurrent.each([
        ['watched', true],
        ['in the sweep', false],
      ])(`${flavour.label}, %s: what the raw client counted`, (_how, isWatched) =>
        withConnection(async (connection) => {
          const ref = await flavour.create(`counted-${randomBytes(4).toString('hex')}`)
          await flavour.publish(ref, 9)
          const consumer = await flavour.consume(ref, 6, 4)
          try {
            // Of one the broker knows nothing of yet, a close look may have to read, and that would be counted.
            await eventually(harness.settleMs, async () =>
              expect(counted(await sampleOf(connection, ref, false)).published).toBe('9'),
            )
            const first = await eventually(harness.settleMs, async () => {
              const sample = await sampleOf(connection, ref, isWatched)
              expect(shown(sample, 'depth')).toBe(flavour.depth === 'waits' ? 5 : 9)
              if (flavour.depth === 'waits') expect(shown(sample, 'unacked')).toBe(2)
              else expect(shown(sample, 'unacked')).toBe('unsupported')
              expect(shown(sample, 'consumers')).toBe(1)
              expect(counted(sample)).toMatchObject(expectedOf(consumer.taken()))
              return sample
            })
            await flavour.publish(ref, 2)
            const second = await eventually(harness.settleMs, async () => {
              const sample = await sampleOf(connection, ref, isWatched)
              expect(counted(sample).published).toBe('11')
              return sample
            })
            expect(identity(second)).toBe(identity(first))
          } finally {
            await consumer.end()
            await flavour.destroy(ref)
          }
        }),
      )

      it.concurrent(`${flavour.label}: deleted and made anew it is another, with counters of its own`, () =>
        withConnection(async (connection) => {
          const name = `anew-${randomBytes(4).toString('hex')}`
          const ref = await flavour.create(name)
          await flavour.publish(ref, 40)
          const published = (count: string) =>
            eventually(harness.settleMs, async () => {
              const sample = await sampleOf(connection, ref, true)
              expect(counted(sample).published).toBe(count)
              return sample
            })
          const before = await published('40')
          await flavour.destroy(ref)
          await flavour.create(name)
          await flavour.publish(ref, 3)
          const after = await published('3')
          expect(identity(after)).not.toBe(identity(before))
          await flavour.destroy(ref)
        }))
    }

    it('after a restart of the server counters belong to another epoch', () =>
      withConnection(async (connection) => {
        const [flavour] = harness.flavours
        if (!flavour) throw new Error('no flavour')
        const ref = await flavour.create(`restarted-${randomBytes(4).toString('hex')}`)
        await flavour.publish(ref, 5)
        const epochOf = (isAfter: string | null) =>
          eventually(harness.settleMs + 20_000, async () => {
            const { epoch } = (await sampleOf(connection, ref, true)).counters.published ?? {}
            if (epoch === undefined || epoch === isAfter) throw new Error(`its epoch is ${epoch}`)
            return epoch
          })
        const before = await epochOf(null)
        await harness.restart()
        await flavour.publish(ref, 2)
        const after = await epochOf(before)
        const sample = await sampleOf(connection, ref, true)
        expect(after).not.toBe(before)
        expect(sample.counters.published?.survivesRestart).toBe(false)
        await eventually(harness.settleMs, async () => {
          const now = await sampleOf(connection, ref, true)
          expect(now.counters.published?.epoch).toBe(after)
          expect(counted(now).published).toBe('2')
          expect(shown(now, 'depth')).toBe(7)
        })
      }))
  })
}
