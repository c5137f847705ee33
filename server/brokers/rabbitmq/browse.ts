import type { BrowseFacet, DestinationRef } from '../contract/index.ts'
import { BrokerError } from '../contract/index.ts'
import { getFromQueue, readQueuePage } from './browse-queue.ts'
import { getFromStream, readStreamPage } from './browse-stream.ts'
import type { Client } from './client.ts'

export function newBrowseFacet(client: Client): BrowseFacet {
  return {
    read: async (ref, request, call) => {
      assertHolds(ref)
      return ref.type === 'stream'
        ? readStreamPage(client, ref, request, call)
        : readQueuePage(client, ref, request, call)
    },
    get: async (ref, id, call) => {
      assertHolds(ref)
      return ref.type === 'stream'
        ? getFromStream(client, ref, id, call)
        : getFromQueue(client, ref, id, call)
    },
  }
}

export function assertHolds(ref: DestinationRef): void {
  if (ref.type === 'queue' || ref.type === 'stream') return
  throw new BrokerError('unsupported', 'An exchange routes messages and holds none')
}
