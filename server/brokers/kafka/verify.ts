import { BrokerError, type Call } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { placeOfPosition, positionOf } from './map.ts'
import { laterOf, readBounds } from './offsets.ts'
import { PartitionScan } from './scan.ts'

/** The read-committed ends of a topic now, as text for a plan. */
export async function mark(cluster: Cluster, topic: string, call: Call): Promise<string> {
  const { bounds, missing } = await readBounds(cluster, topic, call)
  const [bad] = missing
  if (bad) throw new BrokerError('unreachable', `${topic}, partition ${bad.partition}: ${bad.reason}`)
  return bounds.map(({ partition, end }) => positionOf({ partition, offset: end })).join(',')
}

/**
 * Every value of `header` from a mark to the end as it is now, read uncommitted: a transaction that somebody
 * else left open must not hide a message of ours behind it. A partition added since is read whole.
 */
export async function* findSince(
  cluster: Cluster,
  topic: string,
  marked: string,
  header: string,
  call: Call,
): AsyncGenerator<{ value: string; position: string }> {
  const places = marked === '' ? [] : marked.split(',').map(placeOfPosition)
  if (places.some((place) => place === null)) throw new BrokerError('bad_request', 'This is no mark of ours')
  const starts = new Map(places.flatMap((place) => (place ? [[place.partition, place.offset] as const] : [])))
  const { bounds, missing } = await readBounds(cluster, topic, call, false)
  const [bad] = missing
  if (bad) throw new BrokerError('unreachable', `${topic}, partition ${bad.partition}: ${bad.reason}`)
  for (const { partition, leader, start, end } of bounds) {
    const from = laterOf(starts.get(partition) ?? start, start)
    const range = { topic, partition, leader, from, to: end, uncommitted: true }
    const scan = new PartitionScan(cluster, range)
    while (!scan.done)
      for (const record of await scan.records(call))
        for (const [name, value] of record.headers)
          if (value && name.toString('utf8') === header)
            yield {
              value: value.toString('utf8'),
              position: positionOf({ partition, offset: record.offset }),
            }
  }
}
