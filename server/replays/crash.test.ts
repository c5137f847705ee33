import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Replay } from '../../lib/schemas/replay.ts'
import { encodeRef, queueMessageId } from '../brokers/contract/index.ts'
import type { LedgerRow, Storage } from '../storage/contract/index.ts'
import { openStorage } from '../storage/sqlite/open-storage.ts'
import { openConsole } from './testing/console.ts'
import { FakeWorld, type Fault, hashOf, type Shape } from './testing/fake-world.ts'
import { Life } from './testing/life.ts'

let storage: Storage
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signalbox-crash-'))
  storage = await openStorage(directory)
})
afterAll(async () => {
  await storage.close()
  await rm(directory, { recursive: true, force: true })
})

let count = 0

interface Story {
  readonly from: Shape
  readonly to: Shape
  /** Few different bodies, so that many are equal. */
  readonly bodies: readonly string[]
  /** Null: everything. Else which of them. */
  readonly chosen: readonly number[] | null
  /** Steps after which each life of the console ends. */
  readonly deaths: readonly number[]
  readonly faults: readonly (readonly [number, Fault])[]
  readonly pageSize: number
  /** Somebody looked before: everything carries the redelivered flag. */
  readonly isPeeked: boolean
  readonly max: number
}

const stories: fc.Arbitrary<Story> = fc.record({
  from: fc.constantFrom<Shape>('queue', 'log', 'stream', 'moving'),
  to: fc.constantFrom<Shape>('queue', 'log'),
  bodies: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e1', 'e2', 'e3', 'e4', 'e5'), {
    minLength: 1,
    maxLength: 40,
  }),
  chosen: fc.option(fc.uniqueArray(fc.nat(39), { minLength: 1, maxLength: 20 })),
  pageSize: fc.constantFrom(1, 3, 10),
  isPeeked: fc.boolean(),
  max: fc.integer({ min: 1, max: 60 }),
  deaths: fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 4 }),
  faults: fc.array(
    fc.tuple(fc.integer({ min: 1, max: 45 }), fc.constantFrom<Fault>('lost-before', 'lost-after', 'refused')),
    { maxLength: 4 },
  ),
})

/** Lives through the story: the console dies and comes back until the run is over. */
async function tell(story: Story) {
  count += 1
  const world = new FakeWorld()
  const ref = world.add(`dlq-${count}`, story.from, story.bodies)
  const source = encodeRef(ref)
  const target = encodeRef(world.add('target', story.to))
  for (const [at, fault] of story.faults) world.faults.set(at, fault)
  const ids = story.chosen && [...new Set(story.chosen.map((n) => idAt(story, n % story.bodies.length)))]
  const select = ids ? { ids } : ({ all: true, max: story.max } as const)
  for (const message of world.place(ref).messages) message.redelivered = story.isPeeked
  const first = openConsole(storage, { shop: world.connect(new Life()) })
  const { id } = await first.create({ broker: 'shop', source, select, target: { destination: target } })
  let isStarted = false
  let deaths = 0
  for (const death of [...story.deaths, Number.POSITIVE_INFINITY]) {
    const life = new Life(death)
    const shop = openConsole(
      mortal(storage, life),
      { shop: world.connect(life) },
      { pageSize: story.pageSize },
    )
    const row = await storage.replays.get(id)
    isStarted ||= row?.state !== 'planned'
    const lived = (isStarted ? shop.replays.recover() : shop.start(id)).then(() =>
      shop.until(id, 'completed'),
    )
    await Promise.race([lived, life.died])
    if ((await storage.replays.get(id))?.state === 'completed') break
    deaths += 1
  }
  const run = await first.until(id, 'completed')
  const rows = await storage.replays.rows(id, { afterRow: 0, limit: 1000 })
  return {
    deaths,
    run,
    rows,
    left: world.place(ref).messages,
    sent: world.place({ name: 'target' }).messages,
  }
}

function mortal(held: Storage, life: Life): Storage {
  return { ...held, replays: life.wrap(held.replays), audit: life.wrap(held.audit) }
}

function idAt({ from, bodies }: Story, index: number): string {
  if (from !== 'queue') return String(index + 1)
  const body = bodies[index] ?? ''
  return queueMessageId(hashOf(body), bodies.slice(0, index).filter((other) => other === body).length)
}

const countOf = (items: readonly { body: string }[], body: string) =>
  items.filter((one) => one.body === body).length

function check(story: Story, end: Awaited<ReturnType<typeof tell>>): void {
  const { run, rows, left, sent } = end
  const { total, ...six } = run.counts
  expect(Object.values(six).reduce((sum, n) => sum + n, 0)).toBe(total)
  expect([run.counts.pending, run.counts.sent]).toEqual([0, 0])
  expect(left.every(({ heldBy }) => heldBy === null)).toBe(true)
  assertNeverTwice(sent)
  assertLedger(run, rows, sent)
  const doubts = rows.filter(({ state }) => state === 'uncertain')
  for (const body of new Set(story.bodies)) {
    const before = story.bodies.filter((other) => other === body).length
    const [there, here] = [countOf(sent, body), countOf(left, body)]
    if (story.from === 'log') expect(here).toBe(before)
    else {
      expect(there + here, `${body} lost`).toBeGreaterThanOrEqual(before)
      expect(there + here - before, `${body} doubled unseen`).toBeLessThanOrEqual(
        doubts.filter(({ messageId }) => bodyOf(story, messageId) === body).length,
      )
    }
  }
  const seqs = left.map(({ seq }) => seq)
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
}

/** A message is never sent again silently: one copy at the target for each replay id. */
function assertNeverTwice(sent: readonly { replayId: string | null }[]): void {
  const ids = sent.map(({ replayId }) => replayId)
  expect(new Set(ids).size).toBe(ids.length)
}

function assertLedger(
  run: Replay,
  rows: readonly LedgerRow[],
  sent: readonly { replayId: string | null }[],
): void {
  const there = new Set(sent.map(({ replayId }) => replayId))
  for (const { row, state } of rows) {
    const isThere = there.has(`${run.id}/${row}`)
    if (state === 'settled') expect(isThere, `row ${row} is done`).toBe(true)
    else if (state !== 'uncertain') expect(isThere, `row ${row} is ${state}`).toBe(false)
  }
}

function bodyOf({ from, bodies }: Story, messageId: string): string {
  if (from !== 'queue') return bodies[Number(messageId) - 1] ?? ''
  const [hash] = JSON.parse(Buffer.from(messageId, 'base64url').toString('utf8')) as string[]
  return bodies.find((body) => hashOf(body) === hash) ?? ''
}

describe('kill -9 at any step', () => {
  it('loses nothing and sends nothing twice, whatever dies when', { timeout: 240_000 }, async () => {
    const runs = Number(process.env.CRASH_RUNS ?? 250)
    await fc.assert(
      fc.asyncProperty(stories, async (story) => check(story, await tell(story))),
      { numRuns: runs, seed: Number(process.env.CRASH_SEED ?? 20261124), endOnFailure: false },
    )
  })

  it.each(['queue', 'log', 'stream', 'moving'] as const)(
    'at every single step of a run from a %s',
    { timeout: 120_000 },
    async (from) => {
      // The fourth is not asked for.
      const bodies = ['a', 'b', 'a', 'c']
      for (const to of ['queue', 'log'] as const) {
        let hasDied = true
        for (let death = 1; hasDied; death += 1) {
          const story = {
            from,
            to,
            bodies,
            chosen: null,
            deaths: [death],
            faults: [],
            pageSize: 2,
            isPeeked: true,
            max: 3,
          }
          const end = await tell(story)
          check(story, end)
          hasDied = end.deaths > 0
        }
      }
    },
  )
})
