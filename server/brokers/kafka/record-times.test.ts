import { describe, expect, it } from 'vitest'
import { newCall } from '../contract/index.ts'
import type { Brokers } from './cluster.ts'
import type { FetchQuery } from './protocol/fetch.ts'
import { type Place, RecordTimes } from './record-times.ts'
import { writeBatch } from './records/encode.ts'

/** The batch of one message at `offset`, of that time; a marker when there is none. */
function batchAt(offset: bigint, timestampMs: number | 'marker', bodyBytes = 10): Buffer {
  const isMarker = timestampMs === 'marker'
  const record = {
    key: null,
    value: Buffer.alloc(bodyBytes),
    headers: [],
    timestampMs: isMarker ? 5 : timestampMs,
  }
  const bytes = writeBatch([record], { id: 1n, epoch: 0, sequence: 0 })
  bytes.writeBigInt64BE(offset, 0)
  if (isMarker) bytes.writeInt16BE(0x30, 21)
  return bytes
}

/** Answers fetches as a broker does: whole batches from the offset on, none when the first is larger than its share. */
function fakeBroker(logs: Readonly<Record<string, readonly Buffer[]>>) {
  const asked: FetchQuery[][] = []
  const node = async (_: number, __: unknown, request: { maxBytes: number; topics: FetchQuery[] }) => {
    asked.push(request.topics)
    const partitions = request.topics.flatMap(({ topic, partitions: rows }) =>
      rows.map(({ partition, offset, maxBytes }) => {
        const rest = (logs[`${topic} ${partition}`] ?? []).filter(
          (batch) => batch.readBigInt64BE(0) >= offset,
        )
        const isAlone = request.maxBytes === 1
        const fits = isAlone ? rest.slice(0, 1) : rest.filter((batch) => batch.length <= maxBytes)
        const bytes =
          rest[0] && (isAlone || rest[0].length <= maxBytes) ? Buffer.concat(fits) : Buffer.alloc(0)
        return { topic, partition, error: 0, stableEnd: 0n, start: 0n, aborted: [], bytes }
      }),
    )
    return { error: 0, throttledMs: 0, partitions }
  }
  return { asked, cluster: { node } as unknown as Brokers }
}

const place = (topic: string, offset: bigint, end: bigint, over: Partial<Place> = {}): Place => ({
  row: `0 ${topic} group`,
  isWatched: false,
  topic,
  log: `${topic} 0`,
  partition: 0,
  leader: 1,
  offset,
  end,
  ...over,
})
const call = () => newCall(5_000)

describe('times of the next messages', () => {
  it('asks each leader once for all, and never again for the same place', async () => {
    const { asked, cluster } = fakeBroker({ 'a 0': [batchAt(4n, 1_000)], 'b 0': [batchAt(7n, 2_000)] })
    const times = new RecordTimes()
    const places = [place('a', 4n, 9n), place('b', 6n, 9n)]
    await times.learn(cluster, places, call())
    expect(times.timeOf(places[0] ?? place('a', 0n, 0n))).toEqual({ atMs: 1_000 })
    expect(times.timeOf(place('b', 6n, 99n))).toEqual({ atMs: 2_000 })
    await times.learn(cluster, places, call())
    expect(asked.map((topics) => topics.map((row) => row.topic))).toEqual([['a', 'b']])
    // The group read on: another place.
    await times.learn(cluster, [place('a', 5n, 9n)], call())
    expect(asked).toHaveLength(3)
  })

  it('passes over markers, and says residue only when nothing but them lies up to the end', async () => {
    const { cluster } = fakeBroker({
      'mixed 0': [batchAt(1n, 'marker'), batchAt(2n, 3_000)],
      'residue 0': [batchAt(1n, 'marker'), batchAt(2n, 'marker')],
    })
    const times = new RecordTimes()
    await times.learn(cluster, [place('mixed', 1n, 3n), place('residue', 1n, 3n)], call())
    expect(times.timeOf(place('mixed', 1n, 3n))).toEqual({ atMs: 3_000 })
    expect(times.timeOf(place('residue', 1n, 3n))).toEqual({ residue: true })
    // Something was written since: what was found holds no more.
    expect(times.timeOf(place('residue', 1n, 4n))).toBeNull()
  })

  it('asks alone for a batch that is larger than a share', async () => {
    const { asked, cluster } = fakeBroker({ 'big 0': [batchAt(0n, 7_000, 100_000)] })
    const times = new RecordTimes()
    await times.learn(cluster, [place('big', 0n, 1n)], call())
    expect(times.timeOf(place('big', 0n, 1n))).toEqual({ atMs: 7_000 })
    expect(asked).toHaveLength(2)
  })

  it('asks twice for a partition that two groups read at different places', async () => {
    const { asked, cluster } = fakeBroker({ 'a 0': [batchAt(0n, 1_000), batchAt(1n, 2_000)] })
    const times = new RecordTimes()
    await times.learn(cluster, [place('a', 0n, 2n), place('a', 1n, 2n, { row: '0 a other' })], call())
    expect(times.timeOf(place('a', 0n, 2n))).toEqual({ atMs: 1_000 })
    expect(times.timeOf(place('a', 1n, 2n))).toEqual({ atMs: 2_000 })
    expect(asked).toHaveLength(2)
  })

  it('gives everybody a turn when there are more than a sample may ask for', async () => {
    const logs = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`t${i} 0`, [batchAt(0n, i + 1)]]))
    const { cluster } = fakeBroker(logs)
    const times = new RecordTimes()
    const places = Array.from({ length: 9 }, (_, i) => place(`t${i}`, 0n, 1n))
    for (let round = 1; round <= 3; round++) {
      await times.learn(cluster, places, call(), 3)
      expect(places.filter((one) => times.timeOf(one) !== null)).toHaveLength(round * 3)
    }
  })

  it('asks first for what somebody looks at', async () => {
    const { asked, cluster } = fakeBroker({})
    const places = [place('a', 0n, 1n), place('b', 0n, 1n, { isWatched: true })]
    await new RecordTimes().learn(cluster, places, call(), 1)
    expect(asked[0]?.map((row) => row.topic)).toEqual(['b'])
  })

  it('says why a message cannot be read, and does not ask again at once', async () => {
    const { asked, cluster } = fakeBroker({ 'a 0': [batchAt(0n, -1)] })
    const times = new RecordTimes()
    for (let sample = 0; sample < 2; sample++) await times.learn(cluster, [place('a', 0n, 1n)], call())
    expect(times.timeOf(place('a', 0n, 1n))).toBeNull()
    expect(times.failureAt('a 0', 0n)).toContain('carries no time')
    expect(asked).toHaveLength(1)
  })

  it('takes a broker that does not answer for not known', async () => {
    const node = () => Promise.reject(new Error('gone'))
    const times = new RecordTimes()
    await times.learn({ node } as unknown as Brokers, [place('a', 0n, 1n)], call())
    expect(times.timeOf(place('a', 0n, 1n))).toBeNull()
  })
})
