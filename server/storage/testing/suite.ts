import { describe, expect, it } from 'vitest'
import type { Event } from '../../../lib/schemas/event.ts'
import type { EventRequest, NeedRow, Storage } from '../contract/index.ts'
import { addedBrokerRow, backupMeta, hostileMessages, offsetResetRow, replayRow } from './rows.ts'

/** What every storage must do, whatever it is built on. `open` gives an empty one. */
export function describeStorage(name: string, open: () => Promise<Storage>): void {
  describe(`${name} storage`, () => {
    it('begins and finishes an audit entry once, newest first', async () => {
      const { audit } = await open()
      const entry = {
        actor: 'ann',
        via: 'session',
        verb: 'replay.start',
        broker: 'b',
        target: 'q',
        input: { n: 1 },
      } as const
      const first = await audit.begin(entry, 1000)
      const second = await audit.begin({ ...entry, broker: null }, 2000)
      await audit.finish(first, 'ok', 'done', 3000)
      await audit.finish(first, 'failed', 'too late', 4000)
      const page = await audit.list({ limit: 1 })
      expect(page.items.map((item) => [item.id, item.outcome])).toEqual([[second, 'open']])
      const rest = await audit.list({ limit: 1, cursor: page.nextCursor ?? '' })
      expect(rest.items[0]).toMatchObject({ id: first, outcome: 'ok', detail: 'done', input: { n: 1 } })
      expect(rest.nextCursor).toBeNull()
      expect((await audit.list({ limit: 9, broker: 'b' })).items).toHaveLength(1)
      await expect(audit.list({ limit: 1, cursor: '!!' })).rejects.toMatchObject({ code: 'bad_request' })
    })

    it('spends a sign-in token exactly once, however many try together', async () => {
      const { access } = await open()
      expect(await access.hasEverIssued()).toBe(false)
      await access.addSignInToken('h', 5000)
      expect(await access.hasSignInToken('h', 5000)).toBe(false)
      const spent = await Promise.all([1, 2, 3, 4].map(() => access.spendSignInToken('h', 4000)))
      expect(spent.filter(Boolean)).toHaveLength(1)
      expect(await access.hasSignInToken('h', 4000)).toBe(false)
      expect(await access.hasEverIssued()).toBe(true)
    })

    it('finds a session until it ends', async () => {
      const { access } = await open()
      await access.addSession('s', { actor: 'ann', createdAtMs: 1, expiresAtMs: 100 })
      expect(await access.findSession('s', 99)).toEqual({ actor: 'ann', createdAtMs: 1, expiresAtMs: 100 })
      expect(await access.findSession('s', 100)).toBeNull()
      await access.removeSession('s')
      expect(await access.findSession('s', 2)).toBeNull()
    })

    it('keeps a ledger in order, and a row keeps its target when only the state moves on', async () => {
      const { replays } = await open()
      await replays.create(replayRow({ id: 'r' }))
      const pages = [['a', 'b'], ['c']].map((ids) =>
        ids.map((messageId) => ({ messageId, state: 'frozen' as const })),
      )
      expect(await replays.append('r', pages[0] ?? [], 1)).toEqual({ first: 1 })
      expect(await replays.append('r', pages[1] ?? [], 2)).toEqual({ first: 3 })
      await replays.mark('r', [{ row: 2, state: 'intent', target: 'orders' }], 3)
      await replays.mark('r', [{ row: 2, state: 'uncertain', reason: 'cut' }], 4)
      expect(await replays.rows('r', { afterRow: 1, limit: 1 })).toEqual([
        {
          run: 'r',
          row: 2,
          messageId: 'b',
          state: 'uncertain',
          target: 'orders',
          position: null,
          reason: 'cut',
          atMs: 4,
        },
      ])
      expect(
        (await replays.rows('r', { states: ['frozen'], afterRow: 0, limit: 9 })).map((r) => r.row),
      ).toEqual([1, 3])
      expect((await replays.findRows('r', ['c', 'x'])).get('c')?.row).toBe(3)
      expect(await replays.countStates('r')).toMatchObject({ frozen: 2, uncertain: 1, settled: 0 })
      expect((await replays.listUncertain('shop', 'dlq')).map((r) => r.messageId)).toEqual(['b'])
      expect(await replays.listUncertain('shop', 'other')).toEqual([])
    })

    it('remembers what a log run settled, once a message; a removing run leaves no mark', async () => {
      const { replays } = await open()
      for (const [id, settles] of [
        ['one', 'marks'],
        ['two', 'marks'],
        ['three', 'removes'],
      ] as const) {
        await replays.create(replayRow({ id, settles }))
        await replays.append(id, [{ messageId: 'a', state: 'frozen' }], 1)
        await replays.mark(id, [{ row: 1, state: 'settled' }], 2)
      }
      expect(await replays.countSettled('shop', 'dlq')).toBe(1)
      expect((await replays.findByMessages('shop', 'dlq', ['a'])).get('a')).toMatchObject({
        run: 'two',
        state: 'settled',
      })
    })

    it('pages runs and finds them by state', async () => {
      const { replays } = await open()
      for (const id of ['1', '2', '3']) await replays.create(replayRow({ id }))
      await replays.update('2', { state: 'running', startedAtMs: 5, total: 7 })
      expect((await replays.listByState(['running', 'planning'])).map((r) => [r.id, r.total])).toEqual([
        ['2', 7],
      ])
      const page = await replays.list({ limit: 2 })
      expect(page.items.map((r) => r.id)).toEqual(['3', '2'])
      expect(
        (await replays.list({ limit: 2, cursor: page.nextCursor ?? '' })).items.map((r) => r.id),
      ).toEqual(['1'])
      expect(await replays.get('nope')).toBeNull()
    })

    it('reads a backup back exactly: bytes, null and empty, native tags, order', async () => {
      const { backups } = await open()
      const writer = await backups.create(backupMeta, 1000)
      await writer.append(hostileMessages.slice(0, 1))
      await writer.append(hostileMessages.slice(1))
      await expect(collect(backups.read(writer.id))).rejects.toMatchObject({ code: 'conflict' })
      const backup = await writer.finish('complete')
      expect(backup).toMatchObject({ messages: hostileMessages.length, state: 'complete', createdBy: 'ann' })
      expect(await collect(backups.read(writer.id))).toEqual(hostileMessages)
      await backups.markRestored(writer.id, 9000)
      expect(await backups.get(writer.id)).toMatchObject({
        state: 'restored',
        restoredAt: '1970-01-01T00:00:09.000Z',
      })
      expect((await backups.list({ limit: 5 })).items).toHaveLength(1)
    })

    it('keeps notes by broker and settings apart', async () => {
      const storage = await open()
      await storage.notesOf('a').set('k', '1')
      await storage.notesOf('a').set('k', '2')
      await storage.settings.set('k', '3')
      expect(await storage.notesOf('a').get('k')).toBe('2')
      expect(await storage.notesOf('b').get('k')).toBeNull()
      expect(await storage.settings.get('k')).toBe('3')
      await storage.settings.remove('k')
      expect(await storage.settings.get('k')).toBeNull()
      expect(await storage.notesOf('a').get('k')).toBe('2')
    })

    it('keeps added brokers in order, changes one in place, and removes it with its notes', async () => {
      const storage = await open()
      const { addedBrokers } = storage
      const row = addedBrokerRow({ id: 'b', createdBy: 'ann', createdAtMs: 1, changedAtMs: 1 })
      await addedBrokers.put(row)
      await addedBrokers.put(addedBrokerRow({ id: 'a' }))
      const changed = { ...row, label: 'B', mode: 'read-only', sealed: 'v1.other', changedAtMs: 9 } as const
      await addedBrokers.put({ ...changed, createdBy: 'bob', createdAtMs: 8 })
      expect(await addedBrokers.list()).toEqual([changed, addedBrokerRow({ id: 'a' })])
      await storage.notesOf('b').set('k', '1')
      await storage.notesOf('a').set('k', '2')
      await addedBrokers.remove('b')
      expect((await addedBrokers.list()).map(({ id }) => id)).toEqual(['a'])
      expect(await storage.notesOf('b').get('k')).toBeNull()
      expect(await storage.notesOf('a').get('k')).toBe('2')
      await addedBrokers.remove('nobody')
    })

    it('keeps what needs a person until it is over, and who took it on', async () => {
      const { needs } = await open()
      const row: NeedRow = {
        id: 'n-1',
        broker: 'shop',
        kind: 'group',
        subjectId: 'g',
        subjectName: 'readers',
        state: 'stuck',
        openedAtMs: 1_000,
        sinceMs: null,
        mark: ['3 41 orders'],
        ack: null,
      }
      await needs.put([row, { ...row, id: 'n-2', state: 'losing' }])
      await needs.put([])
      const ack = { by: 'ann', atMs: 2_000, note: 'mine', untilMs: 9_000 }
      await needs.put([{ ...row, sinceMs: 500, mark: [], ack }])
      expect(await needs.list()).toEqual([
        { ...row, sinceMs: 500, mark: [], ack },
        { ...row, id: 'n-2', state: 'losing' },
      ])
      await needs.remove(['n-1', 'n-none'])
      await needs.remove([])
      expect((await needs.list()).map((one) => one.id)).toEqual(['n-2'])
    })

    it('lists events newest first by when they happened, page by page, and ends one', async () => {
      const { events } = await open()
      const beganMs = Date.now() - 60_000
      const add = (seconds: number, change: Partial<Event> = {}) =>
        events.add({
          at: new Date(beganMs + seconds * 1000).toISOString(),
          kind: 'rebalance',
          broker: 'a',
          text: String(seconds),
          ...change,
        })
      const group = { id: 'g', name: 'readers' }
      const down = await add(1, { kind: 'broker-down' })
      await add(3, { group, actor: 'ann' })
      // Told late, and at the same time as another.
      await add(2, { broker: 'b', destination: { id: 'd', name: 'orders' } })
      await add(3, { kind: 'deploy', broker: null, service: 's', version: '1', link: 'https://x.example/' })
      const texts = async (request: Partial<EventRequest>) => {
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await events.list({ limit: 1, cursor, ...request })
          seen.push(...page.items.map(({ text, kind }) => `${text} ${kind}`))
          cursor = page.nextCursor ?? undefined
        } while (cursor !== undefined)
        return seen
      }
      expect(await texts({})).toEqual(['3 deploy', '3 rebalance', '2 rebalance', '1 broker-down'])
      expect(await texts({ broker: 'a' })).toEqual(['3 deploy', '3 rebalance', '1 broker-down'])
      expect(await texts({ destination: 'd' })).toEqual(['2 rebalance'])
      expect(await texts({ kind: 'broker-down' })).toEqual(['1 broker-down'])
      expect(await texts({ fromMs: beganMs + 2000, toMs: beganMs + 2999 })).toEqual(['2 rebalance'])
      expect((await events.list({ limit: 9, group: 'g' })).items).toMatchObject([{ group, actor: 'ann' }])
      expect(await events.close(down.id, beganMs + 2500)).toEqual({
        ...down,
        until: new Date(beganMs + 2500).toISOString(),
      })
      // What lasted into the range belongs to it.
      expect(await texts({ fromMs: beganMs + 2000, toMs: beganMs + 2999 })).toHaveLength(2)
      expect(await events.close('e-nobody', 1)).toBeNull()
      await expect(events.list({ limit: 1, cursor: '!!' })).rejects.toMatchObject({ code: 'bad_request' })
    })
    it('moves an offset reset only out of the state it is in, and lists what is open', async () => {
      const { offsetResets } = await open()
      const none = offsetResetRow({
        id: 'c',
        groupId: 'h',
        rows: [{ destination: 's', partition: 0, old: null, next: '0-0' }],
      })
      for (const row of [offsetResetRow({ id: 'a' }), offsetResetRow({ id: 'b', broker: 'other' }), none])
        await offsetResets.create(row)
      expect(await offsetResets.get('c')).toEqual(none)
      expect(await offsetResets.get('nobody')).toBeNull()
      const tries = await Promise.all([
        offsetResets.move('a', ['armed'], { state: 'applying', detail: '' }),
        offsetResets.move('a', ['armed'], { state: 'cancelled', detail: '', finishedAtMs: 5 }),
      ])
      expect(tries.filter(Boolean)).toHaveLength(1)
      await offsetResets.move('b', ['armed'], { state: 'expired', detail: 'late', finishedAtMs: 9 })
      expect(await offsetResets.get('b')).toMatchObject({ state: 'expired', detail: 'late', finishedAtMs: 9 })
      expect((await offsetResets.listOpen()).map(({ id }) => id)).toEqual(tries[0] ? ['a', 'c'] : ['c'])
      const page = await offsetResets.list({ limit: 1, broker: 'shop' })
      expect(page.items.map(({ id }) => id)).toEqual(['c'])
      const rest = await offsetResets.list({ limit: 9, broker: 'shop', cursor: page.nextCursor ?? '' })
      expect(rest.items.map(({ id }) => id)).toEqual(['a'])
      expect((await offsetResets.list({ limit: 9, groupId: 'h' })).items).toHaveLength(1)
    })
  })
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
