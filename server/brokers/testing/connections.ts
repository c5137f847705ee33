import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissions } from '../../../lib/domain/permissions.ts'
import type { Connection } from '../../../lib/schemas/connection.ts'
import type { BrokerConnection, Caller, ConnectionsFacet, DestinationRef } from '../contract/index.ts'
import { guardBroker } from '../guard.ts'
import { call, eventually, expectBrokerError } from './suite/support.ts'

/** A client of the application: it took `held` messages and acknowledged none. */
export interface HoldingClient {
  /** Settles when the client learns that its connection was closed; with what it was told. */
  readonly closed: Promise<string>
  end(): Promise<void>
}

export interface ConnectionsHarness {
  readonly label: string
  setUp(): Promise<void>
  tearDown(): Promise<void>
  connect(): Promise<BrokerConnection>
  /** Raw: a destination with this many messages. */
  seed(name: string, messages: number): Promise<DestinationRef>
  /** Raw: connects under this name, takes `hold` of the messages and keeps them. */
  hold(ref: DestinationRef, client: string, hold: number): Promise<HoldingClient>
  /** Raw: messages that wait for a consumer now. */
  waiting(ref: DestinationRef): Promise<number>
  /** Does something by which the console's own connection is open. */
  useOwn(connection: BrokerConnection): Promise<void>
}

const everything = (): Caller => ({
  actor: 'suite',
  via: 'session',
  permissions: new Set(permissions),
  auditId: 'audit-row',
})

/** Who is connected is told as the raw client knows it, and who is sent away hears it and loses nothing. */
export function describeConnections(harness: ConnectionsHarness): void {
  describe(`connections: ${harness.label}`, { timeout: 60_000 }, () => {
    let connection: BrokerConnection
    beforeAll(async () => {
      await harness.setUp()
      connection = await harness.connect()
    }, 180_000)
    afterAll(async () => {
      await connection?.close()
      await harness.tearDown()
    }, 60_000)

    const facet = (): ConnectionsFacet & Required<Pick<ConnectionsFacet, 'close'>> => {
      const found = connection.connections
      if (!found?.close) throw new Error('the connection has no connections facet that closes')
      return found as ConnectionsFacet & Required<Pick<ConnectionsFacet, 'close'>>
    }
    /** Everything, in pages of two. */
    const listAll = async (destination?: DestinationRef): Promise<Connection[]> => {
      const found: Connection[] = []
      let cursor: string | undefined
      do {
        const page = await facet().list({ destination, cursor, limit: 2 }, call())
        expect(page.items.length).toBeLessThanOrEqual(2)
        found.push(...page.items)
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      return found
    }
    const byClient = (all: readonly Connection[], client: string) => {
      const found = all.filter((one) => one.client === client)
      expect(found, `${client} among ${all.map((one) => one.client).join(', ')}`).toHaveLength(1)
      const [only] = found
      if (!only) throw new Error('not there')
      return only
    }
    const unique = (what: string) => `${what}-${randomBytes(3).toString('hex')}`

    it('tells a client with what it reads and holds, by pages and by destination', async () => {
      const ref = await harness.seed(unique('held'), 7)
      const other = await harness.seed(unique('other'), 1)
      const names = [unique('holder'), unique('second'), unique('elsewhere')] as const
      const clients = [
        await harness.hold(ref, names[0], 3),
        await harness.hold(ref, names[1], 4),
        await harness.hold(other, names[2], 1),
      ]
      try {
        await eventually(20_000, async () => {
          const all = await listAll()
          expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
          for (const name of names) byClient(all, name)
          const held = byClient(all, names[0])
          expect(held.readings.unacked).toMatchObject({ state: 'ok', value: 3 })
          expect(held.consumers).toMatchObject([
            { destination: { name: ref.name }, unacked: { state: 'ok', value: 3 } },
          ])
          expect(held.isOwn).toBe(false)
          expect(held.closeEffect).toMatch(/\b3\b/)
          expect(byClient(all, names[1]).readings.unacked).toMatchObject({ state: 'ok', value: 4 })
          const here = await listAll(ref)
          expect(here.map(({ client }) => client).toSorted()).toEqual([names[0], names[1]].toSorted())
        })
      } finally {
        for (const client of clients) await client.end()
      }
    })

    it('sends one away: it hears so, what it held waits again, and it is gone from the list', async () => {
      const ref = await harness.seed(unique('back'), 5)
      const name = unique('leaving')
      const client = await harness.hold(ref, name, 2)
      try {
        expect(await harness.waiting(ref)).toBe(3)
        const { id } = await eventually(20_000, async () => {
          const one = byClient(await listAll(), name)
          expect(one.readings.unacked).toMatchObject({ state: 'ok', value: 2 })
          return one
        })
        const result = await facet().close(id, 'moved to\nanother host', call())
        expect(result.done).toBe(1)
        expect(await client.closed).toContain('moved to another host')
        await eventually(5_000, async () => expect(await harness.waiting(ref)).toBe(5))
        await expectBrokerError(facet().close(id, 'again', call()), ['not_found'])
        await eventually(20_000, async () => {
          expect((await listAll()).filter((one) => one.client === name)).toEqual([])
        })
      } finally {
        await client.end()
      }
    })

    it('knows its own, and does not close it', async () => {
      await harness.useOwn(connection)
      const own = await eventually(20_000, async () => {
        const found = (await listAll()).filter((one) => one.isOwn)
        expect(found.length).toBeGreaterThan(0)
        return found
      })
      for (const { id, closeEffect } of own) {
        expect(closeEffect).toBeUndefined()
        await expectBrokerError(facet().close(id, 'no', call()), ['forbidden'])
      }
      await harness.useOwn(connection)
    })

    it('refuses an id of another sort, and a cursor', async () => {
      await expectBrokerError(facet().close('bm8', 'no', call()), ['not_found'])
      await expectBrokerError(facet().list({ cursor: 'bm8', limit: 5 }, call()), ['bad_request'])
    })

    it('closes nothing of a broker that is read only', async () => {
      const ref = await harness.seed(unique('kept'), 1)
      const name = unique('staying')
      const client = await harness.hold(ref, name, 1)
      try {
        const { id } = await eventually(20_000, async () => byClient(await listAll(), name))
        const settings = { id: 'suite', label: 'Suite', environment: 'development', address: 'x' } as const
        const kind = connection.kind
        const guarded = guardBroker({ ...settings, kind, mode: 'read-only' }, connection).as(everything())
        const closing = async () => guarded.connections?.close?.(id, 'no', call())
        await expectBrokerError(closing(), ['forbidden'])
        const { items } = (await guarded.connections?.list({ limit: 500 }, call())) ?? { items: [] }
        byClient(items, name)
        expect(await harness.waiting(ref)).toBe(0)
      } finally {
        await client.end()
      }
    })
  })
}
