import { expect, test } from 'vitest'
import type { DeadLetterInfo } from '../../lib/schemas/destination.ts'
import { type DestinationSample, ok, type Sample, unavailable } from '../brokers/contract/index.ts'
import { Book } from './book.ts'
import { findChanges } from './changes.ts'
import { groupOf, idOf, infoOf, queue, sampleOf } from './testing/fake-broker.ts'

const sample = (destinations: readonly DestinationSample[], more: Partial<Sample> = {}): Sample => ({
  atMs: 1_000,
  readings: {},
  destinations,
  groups: [],
  problems: [],
  ...more,
})
const structure = (...names: readonly string[]) => ({
  items: names.map((name) => infoOf(name)),
  edges: [],
  problems: [],
})
const dead: DeadLetterInfo = { isDeadLetter: true, role: 'dead-letter', evidence: [], origins: [] }
const noRoles = () => new Map<string, DeadLetterInfo>()

test('a destination without a sample is listed, its values unknown', () => {
  const book = new Book(noRoles)
  book.takeStructure(structure('b', 'a'), [], 0)
  expect(book.snapshot).toBeNull()
  book.takeSample(sample([sampleOf('a', 3)]), 1_000)
  expect(book.snapshot?.rows.map((row) => [row.info.ref.name, row.state])).toEqual([
    ['a', 'running'],
    ['b', 'unknown'],
  ])
  expect(book.snapshot?.byId.get(idOf('b'))?.readings).toMatchObject({ depth: { state: 'unavailable' } })
})

test('a destination that a part of the broker did not tell of keeps its last values, as old', () => {
  const book = new Book(noRoles)
  book.takeStructure(structure('a'), [], 0)
  book.takeSample(sample([sampleOf('a', 3)]), 1_000)
  book.takeSample(sample([]), 2_000)
  const depth = book.snapshot?.rows[0]?.readings.depth
  expect(depth).toMatchObject({ state: 'unavailable', last: { value: 3 } })
})

test('what only a sample names makes the structure read again; so does what is gone', () => {
  const book = new Book(noRoles)
  book.takeStructure(structure('a'), [], 0)
  expect(book.takeSample(sample([sampleOf('a', 1)]), 0)).toBe(false)
  expect(book.isBehind).toBe(false)
  book.takeSample(sample([sampleOf('a', 1), sampleOf('new', 1)]), 0)
  expect(book.isBehind).toBe(true)
  book.takeStructure(structure('a', 'new'), [], 0)
  expect(book.isBehind).toBe(false)
  expect(book.takeSample(sample([sampleOf('a', 1)]), 0)).toBe(true)
})

test('a recreated destination counts anew', () => {
  const book = new Book(noRoles)
  book.takeStructure(structure('a'), [], 0)
  const counted = (value: string, atMs: number, incarnation: string) =>
    sample([
      sampleOf('a', 1, {
        incarnation,
        counters: { published: { value, atMs, epoch: 'e', survivesRestart: false } },
      }),
    ])
  book.takeSample(counted('0', 0, 'first'), 0)
  book.takeSample(counted('100', 10_000, 'first'), 10_000)
  expect(book.snapshot?.rows[0]?.readings.inRate).toMatchObject({ value: 10 })
  // A cheaper source that tells no incarnation says nothing against it, and the rate goes on.
  book.takeSample(sample([sampleOf('a', 1)], { atMs: 12_000 }), 12_000)
  expect(book.snapshot?.rows[0]).toMatchObject({ incarnation: 'first', readings: { inRate: { value: 10 } } })
  book.takeSample(counted('500', 20_000, 'second'), 20_000)
  expect(book.snapshot?.rows[0]?.readings.inRate).toMatchObject({ state: 'unavailable' })
})

test('dead letters are summed, with what is unknown said', () => {
  const roles = new Map([
    [idOf('a.dlq'), dead],
    [idOf('b.dlq'), dead],
  ])
  const book = new Book(() => roles)
  book.takeStructure(structure('a', 'a.dlq', 'b.dlq'), [], 0)
  book.takeSample(sample([sampleOf('a', 50), sampleOf('a.dlq', 2), sampleOf('b.dlq', 3)]), 0)
  expect(book.snapshot?.readings.deadLetters).toMatchObject({ state: 'ok', value: 5, quality: 'exact' })
  const unknown = sampleOf('b.dlq', 0, { readings: { depth: unavailable('its node is down', 0) } })
  book.takeSample(sample([sampleOf('a', 50), sampleOf('a.dlq', 2), unknown]), 0)
  expect(book.snapshot?.readings.deadLetters).toMatchObject({
    value: 2,
    quality: 'approximate',
    detail: { missing: 1 },
  })
  book.takeSample(sample([sampleOf('a', 50)]), 0)
  expect(book.snapshot?.readings.deadLetters).toMatchObject({ state: 'unavailable' })
})

test("the broker's own readings stand over our sums", () => {
  const book = new Book(noRoles)
  book.takeStructure(structure('a'), [], 0)
  book.takeSample(sample([sampleOf('a', 1)], { readings: { inRate: ok(7, 'per-second', 0) } }), 0)
  expect(book.snapshot?.readings).toMatchObject({ inRate: { value: 7 }, deadLetters: { value: 0 } })
})

test('roles are found anew over the same structure', () => {
  let roles = noRoles()
  const book = new Book(() => roles)
  book.takeStructure(structure('a'), [], 0)
  book.takeSample(sample([sampleOf('a', 1)]), 0)
  const before = book.snapshot
  roles = new Map([[idOf('a'), dead]])
  book.redetect([{ ref: queue('a'), reader: 'rabbitmq', origins: [] }], 0)
  expect(book.snapshot?.rows[0]?.deadLetter).toEqual(dead)
  if (!book.snapshot) throw new Error('no snapshot')
  expect(findChanges('fake', before, book.snapshot)).toMatchObject({
    structureChanged: true,
    destinations: [],
  })
})

test('a change is what differs in more than its time', () => {
  const book = new Book(noRoles)
  book.takeStructure(structure('a', 'b', 'c'), [], 0)
  const at = (ms: number, depth: number, state = 'running') => ({
    readings: { depth: ok(depth, 'messages', ms) },
    state,
  })
  const take = (ms: number, ...rows: readonly (readonly [string, ReturnType<typeof at>])[]) => {
    const before = book.snapshot
    const destinations = rows.map(([name, more]) => sampleOf(name, 0, more))
    book.takeSample(sample(destinations, { atMs: ms, groups: [groupOf('g', ms < 3_000 ? 1 : 2)] }), ms)
    if (!book.snapshot) throw new Error('no snapshot')
    return findChanges('fake', before, book.snapshot)
  }
  const first = take(1_000, ['a', at(1_000, 1)], ['b', at(1_000, 1)], ['c', at(1_000, 1)])
  expect(first.destinations).toHaveLength(3)
  expect(first).toMatchObject({ broker: 'fake', at: '1970-01-01T00:00:01.000Z', structureChanged: false })

  const second = take(2_000, ['a', at(2_000, 1)], ['b', at(2_000, 2)], ['c', at(2_000, 1, 'down')])
  expect(second.destinations.map((one) => one.id)).toEqual([idOf('b'), idOf('c')])
  expect(second.groups).toEqual([])

  const third = take(3_000, ['a', at(3_000, 1)], ['b', at(3_000, 2)], ['c', at(3_000, 1, 'down')])
  expect(third.destinations).toEqual([])
  expect(third.groups).toMatchObject([{ state: 'stable', total: { value: 2 } }])
})

test('a problem that stands is told once', () => {
  const book = new Book(noRoles)
  book.takeStructure(structure('a'), [], 0)
  const take = (message: string | null) => {
    const before = book.snapshot
    const problems = message === null ? [] : [{ scope: 'a', code: 'partial', message }]
    book.takeSample(sample([sampleOf('a', 1, { problems })]), 0)
    if (!book.snapshot) throw new Error('no snapshot')
    return findChanges('fake', before, book.snapshot).destinations
  }
  take(null)
  expect(take('no leader')).toMatchObject([{ problems: [{ message: 'no leader' }] }])
  expect(take('no leader')).toEqual([])
  expect(take(null)).toHaveLength(1)
})

test('no dead letters is a count only where the broker said where rejects go', () => {
  const book = new Book(noRoles)
  const gap = { scope: 'dead-letters', code: 'partial', message: 'Where rejects go is not known' }
  book.takeStructure({ ...structure('a'), problems: [gap] }, [], 0)
  book.takeSample(sample([sampleOf('a', 1)]), 1_000)
  expect(book.snapshot?.readings.deadLetters).toMatchObject({ state: 'unavailable', reason: gap.message })
  book.takeStructure(structure('a'), [], 1_000)
  expect(book.snapshot?.readings.deadLetters).toMatchObject({ state: 'ok', value: 0 })
})
