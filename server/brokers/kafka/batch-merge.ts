import type { Call } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import type { Bounds } from './offsets.ts'
import type { Batch } from './records/decode.ts'
import { PartitionScan } from './scan.ts'

/**
 * All committed batches of some partitions up to their ends as given, oldest batch first, offset order
 * kept within a partition. Batches, not messages: cheap, and near enough for a list that is only walked.
 */
export async function* mergeBatches(
  cluster: Cluster,
  topic: string,
  bounds: readonly Bounds[],
  call: Call,
): AsyncGenerator<{ readonly bounds: Bounds; readonly batch: Batch }> {
  const feeds = bounds.map((row) => {
    const { partition, leader, start, end } = row
    const scan = new PartitionScan(cluster, { topic, partition, leader, from: start, to: end })
    return { row, scan, queue: [] as Batch[] }
  })
  for (;;) {
    await Promise.all(
      feeds.map(async (feed) => {
        while (feed.queue.length === 0 && !feed.scan.done) feed.queue = [...(await feed.scan.batches(call))]
      }),
    )
    let oldest: (typeof feeds)[number] | null = null
    for (const feed of feeds) {
      const [head] = feed.queue
      const best = oldest?.queue[0]
      if (head && (!best || head.baseTimestamp < best.baseTimestamp)) oldest = feed
    }
    const batch = oldest?.queue.shift()
    if (!oldest || !batch) return
    yield { bounds: oldest.row, batch }
  }
}
