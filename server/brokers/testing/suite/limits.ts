import { describe, expect, it } from 'vitest'
import type { BrokerConnection, Call, DestinationRef } from '../../contract/index.ts'
import type { DriverHarness } from '../harness.ts'
import { isNone } from '../harness.ts'
import {
  call,
  expectBrokerError,
  facetOf,
  outgoing,
  rawMessage,
  readAll,
  seeds,
  withDestination,
} from './support.ts'

/** Every call that asks the broker something, by name, for the cases on aborts, deadlines and faults. */
export function everyCall(connection: BrokerConnection, ref: DestinationRef, harness: DriverHarness) {
  const flavour = harness.flavours[0]
  if (!flavour) throw new Error('the harness has no flavour')
  const read = { limit: 5, maxBytes: 1 << 20 }
  const calls: Record<string, (c: Call) => Promise<unknown>> = {
    probe: (c) => connection.probe(c),
    listDestinations: (c) => connection.listDestinations({ limit: 100 }, c),
    describeDestination: (c) => connection.describeDestination(ref, c),
    sample: (c) => connection.sample([ref], c),
    browse: (c) => facetOf(connection, 'browse').read(ref, read, c),
  }
  if (connection.publish) {
    calls.check = (c) => facetOf(connection, 'publish').check({ ref }, c)
    calls.publish = async (c) => {
      const publisher = await facetOf(connection, 'publish').openPublisher(c)
      try {
        const [outcome] = await publisher.send([outgoing(ref, rawMessage('through', flavour))], c)
        if (outcome?.state !== 'confirmed') throw new Error(`not confirmed: ${JSON.stringify(outcome)}`)
      } finally {
        await publisher.close()
      }
    }
  }
  if (connection.claim) {
    calls.count = (c) => facetOf(connection, 'claim').count(ref, c)
    calls.claim = async (c) => {
      const select = { kind: 'head' as const, count: 1 }
      const shape = facetOf(connection, 'claim').shapeOf(ref)
      if (shape === 'log') {
        for await (const _ of facetOf(connection, 'claim').freeze(ref, c)) break
        return
      }
      const session = await facetOf(connection, 'claim').open(ref, { select, window: 1 }, c)
      try {
        await session.settle(await session.next(1, c), 'release', c)
      } finally {
        await session.close()
      }
    }
  }
  if (connection.deadLetters) calls.edges = (c) => connection.deadLetters?.edges(c) ?? Promise.resolve()
  return calls
}

export function describeLimits(harness: DriverHarness, connection: () => BrokerConnection): void {
  const { connectNowhere, connectWrongPassword, openLimited, openOther, flavours } = harness
  const flavour = flavours[0]
  if (!flavour) throw new Error('the harness has no flavour')

  describe('limits', () => {
    it('does nothing for a call that is over before it begins', async () => {
      await withDestination(flavour, 'over', async (ref) => {
        for (const [name, run] of Object.entries(everyCall(connection(), ref, harness))) {
          const aborted = { signal: AbortSignal.abort(), deadlineAt: Date.now() + 10_000 }
          const late = { signal: new AbortController().signal, deadlineAt: Date.now() - 1 }
          for (const over of [aborted, late]) {
            const outcome = await run(over).then(
              () => 'succeeded',
              (error: unknown) => error,
            )
            expect(outcome, `${name} on a call that is over`).toBeInstanceOf(Error)
          }
        }
        expect(await flavour.count(ref)).toBe(0)
      })
    })

    if (isNone(connectWrongPassword))
      it('has no passwords', () => expect(connectWrongPassword.none).not.toBe(''))
    else {
      it('says auth_failed for a wrong password, without the password', async () => {
        const refused = await connectWrongPassword()
        try {
          const errors = await Promise.all(
            [
              refused.probe(call()),
              refused.listDestinations({ limit: 5 }, call()),
              refused.sample([], call()),
            ].map((work) => expectBrokerError(work, ['auth_failed'])),
          )
          for (const error of errors) {
            const text = [error.message, JSON.stringify(error.detail ?? {}), String(error.cause)].join(' ')
            for (const secret of harness.secrets) expect(text.includes(secret)).toBe(false)
          }
        } finally {
          await refused.close()
        }
      })
    }

    if (isNone(connectNowhere)) it('has no address', () => expect(connectNowhere.none).not.toBe(''))
    else {
      it('says unreachable where nothing listens, in time, and opens nothing before it is asked', async () => {
        const nowhere = await connectNowhere()
        try {
          const error = await expectBrokerError(nowhere.probe(call(8_000)), ['unreachable', 'timeout'])
          for (const secret of harness.secrets) expect(error.message.includes(secret)).toBe(false)
          await expectBrokerError(nowhere.listDestinations({ limit: 5 }, call(3_000)), [
            'unreachable',
            'timeout',
          ])
        } finally {
          await nowhere.close()
        }
      })
    }

    if (isNone(openLimited)) it('has no permissions', () => expect(openLimited.none).not.toBe(''))
    else {
      it('says forbidden for what these credentials may not, and goes on with the rest', async () => {
        const { connection: limited, refused, dispose } = await openLimited()
        try {
          const read = facetOf(limited, 'browse').read(refused, { limit: 5, maxBytes: 1 << 20 }, call())
          await expectBrokerError(read, ['forbidden'])
          await limited.probe(call())
          await limited.listDestinations({ limit: 100 }, call())
          await limited.sample([], call())
        } finally {
          await limited.close()
          await dispose()
        }
      })
    }

    if (isNone(openOther)) it('has one broker only', () => expect(openOther.none).not.toBe(''))
    else {
      it('keeps two connections to two brokers apart', async () => {
        const other = await openOther()
        try {
          await withDestination(flavour, 'twin', async (here) => {
            const there = await other.flavour.create(here.name)
            try {
              await flavour.publish(here, seeds(4, flavour, 'here'))
              await other.flavour.publish(there, seeds(6, other.flavour, 'there'))
              const [mine, theirs] = await Promise.all([
                readAll(connection(), here),
                readAll(other.connection, there),
              ])
              expect([mine.length, theirs.length]).toEqual([4, 6])
            } finally {
              await other.flavour.destroy(there)
            }
          })
        } finally {
          await other.connection.close()
          await other.dispose()
        }
      })
    }

    it('closes within 2 s with things open, and then answers nothing', async () => {
      await withDestination(flavour, 'closing', async (ref) => {
        await flavour.publish(ref, seeds(10, flavour))
        const doomed = await harness.connect()
        await doomed.probe(call())
        if (doomed.publish) await doomed.publish.openPublisher(call())
        if (doomed.claim && !isNone(flavour.claim)) {
          const ids = (await readAll(doomed, ref)).slice(0, 5).map((message) => message.id)
          const session = await doomed.claim.open(ref, { select: { kind: 'ids', ids }, window: 5 }, call())
          await session.next(3, call())
        }
        const startedAt = performance.now()
        await doomed.close()
        await doomed.close()
        expect(performance.now() - startedAt).toBeLessThan(2_500)
        await expect(doomed.probe(call(3_000))).rejects.toThrow()
        expect(await flavour.drain(ref)).toHaveLength(10)
      })
    })
  })
}
