import type { OffsetTarget } from '../../../../lib/schemas/offset.ts'
import { BrokerError, type Call } from '../../contract/index.ts'
import type { Cluster } from '../cluster.ts'
import { laterOf, type OffsetTable, readOffsets } from '../offsets.ts'
import type { TopicMeta } from '../protocol/metadata.ts'
import { PartitionScan } from '../scan.ts'
import type { Aim, Standing } from './place.ts'

/** Where the target lies on one partition; a string: why it lies nowhere there. */
export type Aiming = (standing: Standing, leader: number) => Promise<Aim | string>

/** Reads what the target needs for all partitions at once. Throws `bad_request` for what no partition can express. */
export async function aimAt(
  cluster: Cluster,
  target: OffsetTarget,
  topics: readonly TopicMeta[],
  call: Call,
): Promise<Aiming> {
  switch (target.kind) {
    case 'earliest':
      return async ({ start }) => ({ wanted: start })
    case 'latest':
      return async ({ end }) => ({ wanted: end })
    case 'offset': {
      const wanted = readOffset(target.offset)
      return async () => ({ wanted })
    }
    case 'shift':
      return async ({ old }) =>
        old === null ? 'it has no commit that could be shifted' : { wanted: old + BigInt(target.by) }
    case 'time': {
      const timestamp = BigInt(Date.parse(target.at))
      const table = await readOffsets(cluster, topics, timestamp, false, call)
      return async (standing) => aimByTime(table, standing, target.at)
    }
    case 'skip-one':
      return (standing, leader) => aimBehindNext(cluster, standing, leader, call)
  }
}

/** @throws bad_request for anything but a decimal offset of 63 bits */
export function readOffset(text: string): bigint {
  if (!/^\d{1,19}$/.test(text) || BigInt(text) >= 2n ** 63n)
    throw new BrokerError('bad_request', `"${text}" is no offset: a number from 0 on`)
  return BigInt(text)
}

function aimByTime(table: OffsetTable, { topic, partition, end }: Standing, at: string): Aim | string {
  const found = table.get(topic)?.get(partition)
  if (!found) return 'its leader did not tell the offset of that time'
  if ('reason' in found) return found.reason
  // -1: no message carries that time or a later one.
  if (found.offset < 0n) return { wanted: end, note: `no message is from ${at} or later: the end` }
  return { wanted: found.offset }
}

/** Behind the next message there is: offsets that markers and compaction took are passed over. */
async function aimBehindNext(
  cluster: Cluster,
  { topic, partition, old, start, end }: Standing,
  leader: number,
  call: Call,
): Promise<Aim> {
  if (old === null)
    throw new BrokerError(
      'bad_request',
      `${topic}, partition ${partition} has no commit: which message is next is not known`,
    )
  const from = laterOf(old, start)
  const scan = new PartitionScan(cluster, { topic, partition, leader, from, to: end }, 'read', 64 * 1024)
  while (!scan.done) {
    const [next] = await scan.records(call)
    if (!next) continue
    const note = next.offset > from ? `offsets ${from} to ${next.offset - 1n} hold no message` : undefined
    return {
      wanted: next.offset + 1n,
      note: [`skips the message at ${next.offset}`, note].filter(Boolean).join('; '),
    }
  }
  throw new BrokerError(
    'bad_request',
    `${topic}, partition ${partition} holds no message that could be skipped`,
  )
}
