import {
  type BackupSink,
  BrokerError,
  type BrokerMessage,
  type Call,
  type Claim,
  type ClaimFacet,
  type DestinationRef,
  type PurgeFacet,
} from '../contract/index.ts'

const batchMessages = 500
const batchBytes = 4 * 1024 * 1024

/**
 * Claim, back up, remove: never the broker's own purge, which would also take what arrived meanwhile. Arrivals
 * stand behind what was counted at the start, so a queue is taken from its head until that count is reached.
 */
export function newPurgeFacet(claim: ClaimFacet): PurgeFacet {
  return {
    purge: async (ref, sink, call) => {
      if (ref.type !== 'queue')
        throw new BrokerError('unsupported', `Only a queue can be purged, not a ${ref.type}`)
      const count = await claim.count(ref, call)
      let removed = 0
      while (removed < count) {
        const more = await purgeSession(claim, ref, count - removed, sink, call)
        if (more === 0) break
        removed += more
      }
      return { removed }
    },
  }
}

async function purgeSession(
  claim: ClaimFacet,
  ref: DestinationRef,
  count: number,
  sink: BackupSink,
  call: Call,
): Promise<number> {
  const request = { select: { kind: 'head' as const, count }, window: batchMessages * 2 }
  const session = await claim.open(ref, request, call)
  let removed = 0
  try {
    for (;;) {
      const claims = await session.next(batchMessages, call)
      if (claims.length === 0) {
        if (session.ended === 'lost' && removed === 0)
          throw new BrokerError('unreachable', 'The connection to RabbitMQ was lost while purging')
        return removed
      }
      for (const batch of inBatches(claims)) {
        await sink(batch.map(({ message }): BrokerMessage => message))
        await session.settle(batch, 'remove', call)
        removed += batch.length
      }
    }
  } finally {
    await session.close()
  }
}

function* inBatches(claims: readonly Claim[]): Generator<Claim[]> {
  let batch: Claim[] = []
  let bytes = 0
  for (const claim of claims) {
    if (batch.length > 0 && bytes + claim.message.sizeBytes > batchBytes) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(claim)
    bytes += claim.message.sizeBytes
  }
  if (batch.length > 0) yield batch
}
