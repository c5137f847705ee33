import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { replayItemSchema, replaySchema } from '../../lib/schemas/replay.ts'
import { encodeRef, newCall, type Publisher, queueMessageId } from '../brokers/contract/index.ts'
import type { Replays } from '../runtime/contract.ts'
import type { Storage } from '../storage/contract/index.ts'
import { openStorage } from '../storage/sqlite/open-storage.ts'
import { caller, openConsole } from './testing/console.ts'
import { FakeWorld, hashOf } from './testing/fake-world.ts'
import { Life } from './testing/life.ts'

let storage: Storage
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signalbox-replays-'))
  storage = await openStorage(directory)
})
afterAll(async () => {
  await storage.close()
  await rm(directory, { recursive: true, force: true })
})

let count = 0
function open(
  shape: 'queue' | 'log' | 'stream',
  bodies: readonly string[],
  targetShape: 'queue' | 'log' = 'queue',
) {
  count += 1
  const world = new FakeWorld()
  const source = encodeRef(world.add(`dlq-${count}`, shape, bodies))
  const target = encodeRef(world.add('orders', targetShape))
  const names = { dlq: `dlq-${count}`, orders: 'orders' }
  const shop = openConsole(storage, { shop: world.connect(new Life()) })
  const input = { broker: 'shop', source, target: { destination: target } } as const
  return { world, shop, input, source, target, ...names }
}
const letters = (n: number) => Array.from({ length: n }, (_, i) => `m${i}`)
const idOf = (body: string, ordinal = 0) => queueMessageId(hashOf(body), ordinal)

describe('replay engine', () => {
  it('is what the runtime asks for', () => {
    const { shop } = open('queue', [])
    const replays: Replays & { recover(): Promise<void>; stop(): Promise<void> } = shop.replays
    expect(replays).toBeDefined()
  })

  it.each(['queue', 'log', 'stream'] as const)('moves everything from a %s, in order', async (shape) => {
    const { world, shop, input, dlq } = open(shape, letters(700))
    const planned = await shop.create({ ...input, select: { all: true } })
    expect(planned).toMatchObject({ state: 'planned', counts: { total: 700, pending: 700 } })
    expect(world.bodies('orders')).toEqual([])
    const started = await shop.start(planned.id)
    expect(started.state).toMatch(/running|completed/)
    const run = await shop.until(planned.id, 'completed')
    expect(run.counts).toEqual({
      total: 700,
      pending: 0,
      sent: 0,
      done: 700,
      failed: 0,
      uncertain: 0,
      skipped: 0,
    })
    expect(world.bodies('orders')).toEqual(letters(700))
    expect(world.bodies(dlq)).toEqual(shape === 'log' ? letters(700) : [])
    expect(replaySchema.parse(run).sentence).toBe('delivered to orders')
    expect(run.plan.added).toContain('signalbox-replay-id')
    expect(run.outcome?.targets[0]?.name).toBe('orders')
    expect(run.outcome?.arrivedSince).toMatchObject({ state: 'ok', value: 0 })
    const { items, nextCursor } = await shop.replays.items(run.id, { limit: 500 }, caller)
    expect(items.map((item) => replayItemSchema.parse(item).state)).toEqual(items.map(() => 'done'))
    const rest = await shop.replays.items(run.id, { limit: 500, cursor: nextCursor ?? '' }, caller)
    expect([rest.items.length, rest.nextCursor]).toEqual([200, null])
    const audit = (await storage.audit.list({ limit: 1 })).items[0]
    expect(audit).toMatchObject({ verb: 'replay.run', actor: 'ann', outcome: 'ok', target: dlq })
  })

  it('moves chosen messages only, leaves the others in order, and tells equals apart from the rest', async () => {
    const { world, shop, input, dlq } = open('queue', ['a', 'b', 'a', 'c', 'b', 'a'])
    const ids = [idOf('a', 1), idOf('c'), idOf('a', 0)]
    const { id } = await shop.create({ ...input, select: { ids } })
    await shop.start(id)
    expect((await shop.until(id, 'completed')).counts.done).toBe(3)
    expect(world.bodies('orders').sort()).toEqual(['a', 'a', 'c'])
    expect(world.bodies(dlq)).toEqual(['b', 'b', 'a'])
  })

  it('skips chosen messages that are gone and says so', async () => {
    const { shop, input } = open('stream', ['a', 'b'])
    const { id } = await shop.create({ ...input, select: { ids: ['1', '77'] } })
    await shop.start(id)
    expect((await shop.until(id, 'completed')).counts).toMatchObject({ done: 1, skipped: 1 })
    const { items } = await shop.replays.items(id, { limit: 10, state: 'skipped' }, caller)
    expect(items).toMatchObject([{ messageId: '77', reason: 'It was no longer in the source' }])
  })

  it('stops at max, and leaves what arrives later', async () => {
    const { world, shop, input, dlq } = open('queue', letters(6))
    const { id } = await shop.create({ ...input, select: { all: true, max: 4 } })
    world.put(dlq, 'late', null)
    await shop.start(id)
    const run = await shop.until(id, 'completed')
    expect(run.counts).toMatchObject({ total: 4, done: 4 })
    expect(world.bodies(dlq)).toEqual(['m4', 'm5', 'late'])
  })

  it('leaves what an earlier run delivered out of the next run over everything on a log', async () => {
    const { world, shop, input } = open('log', letters(5))
    const first = await shop.create({ ...input, select: { ids: ['2', '4'] } })
    await shop.start(first.id)
    await shop.until(first.id, 'completed')
    const second = await shop.create({ ...input, select: { all: true } })
    expect(second.counts.total).toBe(3)
    await shop.start(second.id)
    await shop.until(second.id, 'completed')
    expect(world.bodies('orders').sort()).toEqual(letters(5))
  })

  it('sends nothing on a dry run and says where each would go', async () => {
    const { world, shop, input, dlq } = open('queue', letters(5))
    const { id } = await shop.create({ ...input, select: { all: true }, dryRun: true })
    const run = await shop.until(id, 'completed')
    expect(run).toMatchObject({ dryRun: true, sentence: '5 messages would be sent to orders' })
    expect(run.counts).toMatchObject({ total: 5, skipped: 5, done: 0 })
    expect([world.sends, world.bodies(dlq)]).toEqual([0, letters(5)])
    const { items } = await shop.replays.items(id, { limit: 1 }, caller)
    expect(items[0]).toMatchObject({ target: 'orders', state: 'skipped' })
  })

  it('keeps what the target refused, and says why', async () => {
    const { world, shop, input, dlq } = open('queue', letters(4))
    world.faults.set(2, 'refused')
    const { id } = await shop.create({ ...input, select: { all: true } })
    await shop.start(id)
    const run = await shop.until(id, 'completed')
    expect(run.counts).toMatchObject({ done: 3, failed: 1 })
    expect(run.sentence).toBe('3 of 4 delivered to orders, 1 failed')
    expect(world.bodies(dlq)).toEqual(['m1'])
  })

  it('pauses after the window, keeps the rest, resumes, and is cancelled for good', async () => {
    const { world, shop, input, dlq } = open('queue', letters(400))
    const { id } = await shop.create({ ...input, select: { all: true }, rate: 200 })
    await shop.start(id)
    while (world.sends < 10) await new Promise((done) => setTimeout(done, 5))
    const paused = await shop.pause(id)
    expect(paused.state).toBe('paused')
    expect(paused.counts.sent).toBe(0)
    const { done } = paused.counts
    expect(world.bodies(dlq)).toEqual(letters(400).slice(done))
    expect(world.place({ name: dlq }).messages.every(({ heldBy }) => heldBy === null)).toBe(true)
    expect((await shop.resume(id)).state).toBe('running')
    while (world.sends < done + 10) await new Promise((wait) => setTimeout(wait, 5))
    const cancelled = await shop.cancel(id)
    expect(cancelled.state).toBe('cancelled')
    const { counts } = cancelled
    expect(counts.done + counts.skipped).toBe(400)
    expect(world.bodies(dlq)).toEqual(letters(400).slice(counts.done))
    await expect(shop.resume(id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('keeps to its rate', async () => {
    const { shop, input } = open('log', letters(60))
    const { id } = await shop.create({ ...input, select: { all: true }, rate: 100 })
    const began = Date.now()
    await shop.start(id)
    await shop.until(id, 'completed')
    const ms = Date.now() - began
    expect(ms).toBeGreaterThan(500)
    expect(ms).toBeLessThan(1500)
  })

  it('refuses a second run over the messages of a live one, and names it', async () => {
    const { shop, input } = open('log', letters(5))
    const first = await shop.create({ ...input, select: { ids: ['1', '2'] } })
    await expect(shop.create({ ...input, select: { ids: ['2', '3'] } })).rejects.toMatchObject({
      code: 'conflict',
      detail: { replay: first.id },
    })
    await expect(shop.create({ ...input, select: { all: true } })).rejects.toMatchObject({ code: 'conflict' })
    const other = await shop.create({ ...input, select: { ids: ['3', '4'] } })
    const dry = await shop.create({ ...input, select: { all: true }, dryRun: true })
    await shop.until(dry.id, 'completed')
    await shop.cancel(first.id)
    await shop.cancel(other.id)
    expect((await shop.create({ ...input, select: { all: true } })).state).toBe('planned')
  })

  it('refuses what cannot be before anything is written', async () => {
    const { shop, input, source } = open('queue', letters(1))
    const all = { select: { all: true } } as const
    await expect(shop.create({ ...input, ...all, source: 'nonsense' })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(shop.create({ ...input, ...all, target: { destination: source } })).rejects.toMatchObject({
      code: 'bad_request',
    })
    const gone = encodeRef({ type: 'queue', name: 'gone' })
    await expect(shop.create({ ...input, ...all, target: { destination: gone } })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(shop.get('r-none')).rejects.toMatchObject({ code: 'not_found' })
    const closed = openConsole(storage, { shop: new FakeWorld().connect(new Life()) }, { mode: 'read-only' })
    await expect(closed.create({ ...input, ...all })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('waits for a broker that went away and goes on by itself', async () => {
    const { world, shop, input, dlq } = open('queue', letters(300), 'log')
    const { id } = await shop.create({ ...input, select: { all: true }, rate: 600 })
    world.downAt = 20
    await shop.start(id)
    while (!(await shop.get(id)).problem) await new Promise((done) => setTimeout(done, 5))
    world.isDown = false
    const run = await shop.until(id, 'completed')
    expect(run.counts).toMatchObject({ done: 300, uncertain: 0 })
    expect(run.problem).toBeUndefined()
    expect([world.bodies('orders').sort(), world.bodies(dlq)]).toEqual([letters(300).sort(), []])
  })

  it.each(['queue', 'log'] as const)('tries again what was never handed over, from a %s', async (shape) => {
    const { world, input } = open(shape, letters(200))
    const connection = world.connect(new Life())
    let refusals = 2
    const publish = {
      ...connection.publish,
      check: async () => undefined,
      openPublisher: async () => {
        const held = await connection.publish?.openPublisher(newCall(1_000))
        const send: Publisher['send'] = async (batch, call) => {
          refusals -= 1
          if (refusals >= 0)
            return batch.map(() => ({ state: 'refused', code: 'unreachable', reason: 'Not sent: away' }))
          return (await held?.send(batch, call)) ?? []
        }
        return { send, close: async () => undefined }
      },
    }
    const shop = openConsole(storage, { shop: { ...connection, publish } }, { pageSize: 20 })
    const { id } = await shop.create({ ...input, select: { all: true } })
    await shop.start(id)
    expect((await shop.until(id, 'completed')).counts).toMatchObject({ done: 200, failed: 0, uncertain: 0 })
    // Pages that were under way together may overtake one that was turned back.
    expect(world.bodies('orders').sort()).toEqual(letters(200).sort())
  })

  it.each(['arrived', 'resend'] as const)(
    'lets a person decide on a message in doubt: %s',
    async (verdict) => {
      const { world, shop, input, dlq } = open('queue', letters(4))
      world.faults.set(3, verdict === 'arrived' ? 'lost-after' : 'lost-before')
      const { id } = await shop.create({ ...input, select: { all: true } })
      await shop.start(id)
      expect((await shop.until(id, 'completed')).counts).toMatchObject({ done: 3, uncertain: 1 })
      expect(world.bodies(dlq)).toEqual(['m2'])
      const again = await shop.create({ ...input, select: { all: true } })
      await shop.start(again.id)
      expect((await shop.until(again.id, 'completed')).counts).toMatchObject({ done: 0, skipped: 1 })
      const item = await shop.resolve(id, 3, verdict)
      expect(item.state).toBe('done')
      expect([world.bodies(dlq), world.bodies('orders').sort()]).toEqual([[], letters(4)])
      expect((await shop.get(id)).counts).toMatchObject({ done: 4, uncertain: 0 })
      await expect(shop.resolve(id, 3, verdict)).rejects.toMatchObject({ code: 'conflict' })
    },
  )

  it('tells of progress at most a few times a second', async () => {
    const { shop, input } = open('log', letters(300))
    const { id } = await shop.create({ ...input, select: { all: true }, rate: 300 })
    await shop.start(id)
    await shop.until(id, 'completed')
    const running = shop.changes.filter((run) => run.id === id && run.state === 'running')
    expect(running.length).toBeGreaterThan(1)
    expect(running.length).toBeLessThan(10)
    for (const { counts } of shop.changes) {
      const { total, ...six } = counts
      expect(Object.values(six).reduce((sum, n) => sum + n, 0)).toBe(total)
    }
  })
})
