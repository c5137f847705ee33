import { describe, expect, it } from 'vitest'
import type { Brokers } from './cluster.ts'
import type { ReadGroup } from './group-reads.ts'
import { ageOf, findWaiting, logOf } from './lag-age.ts'
import type { OffsetOrReason } from './offsets.ts'
import type { TopicMeta } from './protocol/metadata.ts'
import { SampleMemory } from './sample-memory.ts'

const topic: TopicMeta = {
  error: 0,
  name: 'orders',
  id: 'id-1',
  internal: false,
  operations: null,
  partitions: [0, 1, 2, 3].map((partition) => ({
    error: 0,
    partition,
    leader: partition === 3 ? -1 : 7,
    replicas: [7],
    inSync: [7],
  })),
}
const table = (offsets: readonly bigint[]) =>
  new Map([
    [
      'orders',
      new Map(offsets.map((offset, partition): [number, OffsetOrReason] => [partition, { offset }])),
    ],
  ])
const group = (committed: readonly (bigint | null)[]): ReadGroup => ({
  id: 'billing',
  type: 'classic',
  protocolType: 'consumer',
  state: 'empty',
  epoch: null,
  members: [],
  committed: new Map([
    [
      'orders',
      new Map(
        committed.map((offset, partition) => [
          partition,
          offset === null ? { none: 'no commit' } : { offset },
        ]),
      ),
    ],
  ]),
  brokerLag: new Map(),
  problems: [],
})

describe('where messages wait', () => {
  const ends = { starts: table([0n, 40n, 0n, 0n]), ends: table([50n, 50n, 50n, 50n]) }
  const topics = new Map([['orders', topic]])

  it('is asked only of partitions with a leader, a commit and a lag, from the log’s start on', () => {
    const places = findWaiting([group([50n, 5n, null, 5n])], topics, ends, new Set(['orders']))
    expect(places).toMatchObject([
      { topic: 'orders', partition: 1, leader: 7, offset: 40n, end: 50n, isWatched: true, log: 'id-1 1' },
    ])
    expect(findWaiting([group([5n, 5n, 5n, 5n])], topics, ends, new Set())).toHaveLength(3)
  })
})

describe('the age of a waiting message', () => {
  const memory = () => new SampleMemory({} as Brokers)
  const log = logOf(topic, 0)

  it('is told by our own looks where its record was not read', () => {
    const seen = memory()
    seen.history.note(log, 10n, 1_000)
    seen.history.note(log, 20n, 2_000)
    expect(ageOf(seen, log, 19n, 20n)).toEqual({ seenAtMs: 2_000 })
  })

  it('is not guessed: older than the first look is said, as that', () => {
    const seen = memory()
    seen.history.note(log, 10n, 1_000)
    expect(ageOf(seen, log, 3n, 10n)).toEqual({
      unknown: expect.stringContaining('older than the first look at 1970-01-01T00:00:01.000Z'),
    })
    expect(ageOf(memory(), log, 3n, 10n)).toEqual({
      unknown: 'The time of the next message was not read yet',
    })
  })
})
