import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isNone, type RawMessage } from '../harness.ts'
import {
  type Context,
  call,
  essence,
  expectBrokerError,
  expectShown,
  facetOf,
  outgoing,
  publishAll,
  rawMessage,
  readAll,
  seeds,
  uniqueName,
  withDestination,
} from './support.ts'

const hostileText = '<script>alert(1)</script>\u202E\u0000 ünï 🐇 {{7*7}} <%= x %>'

export function describePublish({ connection, flavour }: Context): void {
  const { carries } = flavour
  const publish = () => facetOf(connection(), 'publish')
  const bodies: RawMessage[] = [
    { body: Buffer.alloc(0), key: carries.key ? Buffer.from([0, 255, 254]) : null, headers: [] },
    {
      body: Buffer.from([0, 1, 2, 253, 254, 255, 0x80]),
      key: carries.key ? Buffer.alloc(0) : null,
      headers: [],
    },
    { body: Buffer.from(hostileText), key: null, headers: carries.headers },
    { body: randomBytes(1_000_000), key: null, headers: [] },
    ...(carries.nullBody ? [{ body: null, key: carries.key ? Buffer.from('tomb') : null, headers: [] }] : []),
  ]

  describe('publish', () => {
    it('arrives byte for byte at the raw reader: empty, binary, 1 MB, headers of every type', async () => {
      await withDestination(flavour, 'publish', async (ref) => {
        const outcomes = await publishAll(connection(), ref, bodies)
        expect(outcomes.map((outcome) => outcome.state)).toEqual(bodies.map(() => 'confirmed'))
        const delivered = await flavour.drain(ref)
        expect(delivered).toHaveLength(bodies.length)
        delivered.forEach((message, index) => {
          const sent = bodies[index]
          if (sent)
            expect(essence(message, message.headers, flavour)).toEqual(essence(sent, sent.headers, flavour))
        })
      })
    })

    it('shows byte for byte what the raw client published', async () => {
      await withDestination(flavour, 'show', async (ref) => {
        await flavour.publish(ref, bodies)
        const shown = await readAll(connection(), ref)
        expect(shown).toHaveLength(bodies.length)
        shown.forEach((message, index) => {
          const raw = bodies[index]
          if (raw) expectShown(message, raw, flavour)
        })
      })
    })

    it('copies a message it read to another destination, untouched', async () => {
      await withDestination(flavour, 'from', async (from) => {
        await withDestination(flavour, 'to', async (to) => {
          await flavour.publish(from, bodies)
          const read = await readAll(connection(), from)
          const publisher = await publish().openPublisher(call())
          const batch = read.map(({ key, body, headers, properties, timestampMs }) => ({
            target: { ref: to },
            message: { key, body, headers, properties, timestampMs, from: connection().kind },
          }))
          const outcomes = await publisher.send(batch, call())
          await publisher.close()
          expect(outcomes.map((outcome) => outcome.state)).toEqual(bodies.map(() => 'confirmed'))
          const delivered = await flavour.drain(to)
          delivered.forEach((message, index) => {
            const raw = bodies[index]
            if (raw)
              expect(essence(message, message.headers, flavour)).toEqual(essence(raw, raw.headers, flavour))
          })
          expect(delivered).toHaveLength(bodies.length)
        })
      })
    })

    it('keeps the order of several sends in flight', async () => {
      await withDestination(flavour, 'flight', async (ref) => {
        const publisher = await publish().openPublisher(call())
        const raws = seeds(300, flavour)
        const batches = [0, 1, 2].map((part) => raws.slice(part * 100, part * 100 + 100))
        const sends = batches.map((batch) =>
          publisher.send(
            batch.map((raw) => outgoing(ref, raw)),
            call(),
          ),
        )
        const outcomes = (await Promise.all(sends)).flat()
        await publisher.close()
        expect(outcomes.filter((outcome) => outcome.state !== 'confirmed')).toEqual([])
        const delivered = await flavour.drain(ref)
        expect(delivered.map((message) => Buffer.from(message.body ?? []).toString())).toEqual(
          raws.map((raw) => Buffer.from(raw.body ?? []).toString()),
        )
      })
    })

    it('checks a target before anything is sent', async () => {
      await withDestination(flavour, 'check', async (ref) => {
        await publish().check({ ref }, call())
        await expectBrokerError(publish().check({ ref: { ...ref, name: uniqueName('absent') } }, call()), [
          'not_found',
        ])
        await expectBrokerError(publish().check({ ref, partition: 4_000 }, call()), [
          'bad_request',
          'unsupported',
        ])
      })
    })

    it('refuses what reaches no destination, and says so as its outcome', async () => {
      await withDestination(flavour, 'absent', async (ref) => {
        const absent = { ...ref, name: uniqueName('absent') }
        const [outcome] = await publishAll(connection(), absent, [rawMessage('lost', flavour)])
        expect(outcome?.state).toBe('refused')
        if (outcome?.state === 'refused') expect(['unroutable', 'not_found']).toContain(outcome.code)
        expect(await flavour.count(ref)).toBe(0)
      })
    })

    it('finds what it published again by a header, where the broker is a log', async () => {
      await withDestination(flavour, 'verify', async (ref) => {
        const { verify } = publish()
        if (isNone(flavour.verify)) {
          // A kind may offer verify for its other destinations; here it must refuse, not answer emptily.
          if (verify) await expectBrokerError(verify.mark(ref, call()), ['unsupported'])
          return
        }
        if (!verify) throw new Error('publish.verify is missing')
        await flavour.publish(ref, seeds(3, flavour))
        const mark = await verify.mark(ref, call())
        const fresh = ['a', 'b'].map((value) => ({
          ...rawMessage(value, flavour),
          headers: [{ name: 'suite-proof', type: 'string' as const, value }],
        }))
        await publishAll(connection(), ref, [...fresh, rawMessage('c', flavour)])
        const found: string[] = []
        for await (const hit of verify.findSince(ref, mark, 'suite-proof', call())) found.push(hit.value)
        expect(found).toEqual(['a', 'b'])
      })
    })
  })
}
