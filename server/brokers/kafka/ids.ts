import { BrokerError, type Call } from '../contract/index.ts'
import { mergeBatches } from './batch-merge.ts'
import type { Cluster } from './cluster.ts'
import { errorOfCode } from './errors.ts'
import { idOf } from './map.ts'
import { type Bounds, readBounds } from './offsets.ts'
import { type Batch, readRecords } from './records/decode.ts'

const idsPerPage = 2_000

/** The offsets of a batch that hold messages. A whole batch tells them by its header alone. */
function offsetsOf(batch: Batch, bounds: Bounds): bigint[] {
  const isWhole = BigInt(batch.count) === batch.lastOffset - batch.baseOffset + 1n
  const all = isWhole
    ? Array.from({ length: batch.count }, (_, index) => batch.baseOffset + BigInt(index))
    : readRecords(batch).map((record) => record.offset)
  return all.filter((offset) => offset >= bounds.start && offset < bounds.end)
}

/** Bounds of every partition; one that cannot be read makes a list of all messages impossible. */
export async function readWhole(cluster: Cluster, topic: string, call: Call): Promise<readonly Bounds[]> {
  const { bounds, missing } = await readBounds(cluster, topic, call)
  const [bad] = missing
  if (bad) throw errorOfCode(bad.code, `${topic}, partition ${bad.partition}`)
  if (bounds.length === 0) throw new BrokerError('unreachable', `${topic} has no readable partition`)
  return bounds
}

/** Ids of all messages up to the end as it is now, in pages; holds one page and one fetch a partition. */
export async function* listIds(
  cluster: Cluster,
  topic: string,
  call: Call,
): AsyncGenerator<readonly string[]> {
  let page: string[] = []
  for await (const { bounds, batch } of mergeBatches(
    cluster,
    topic,
    await readWhole(cluster, topic, call),
    call,
  ))
    for (const offset of offsetsOf(batch, bounds)) {
      page.push(idOf({ partition: bounds.partition, offset }))
      if (page.length < idsPerPage) continue
      yield page
      page = []
    }
  if (page.length > 0) yield page
}

/**
 * Exact: markers, aborted and compacted messages do not count. Where offsets certainly have no gaps the
 * offsets tell; else every batch header is read.
 */
export async function countMessages(
  cluster: Cluster,
  topic: string,
  mayHaveGaps: boolean,
  call: Call,
): Promise<number> {
  const whole = await readWhole(cluster, topic, call)
  if (!mayHaveGaps) return Number(whole.reduce((sum, { start, end }) => sum + end - start, 0n))
  let count = 0
  for await (const { bounds, batch } of mergeBatches(cluster, topic, whole, call))
    count += batch.baseOffset >= bounds.start ? batch.count : offsetsOf(batch, bounds).length
  return count
}
