import type { BrokerConnection, ClaimSession, DriverDeps, KindTraits } from '../contract/index.ts'
import { missingWay } from './abilities.ts'
import { newBrowseFacet } from './browse.ts'
import { newClaimFacet } from './claim.ts'
import { newClient } from './client.ts'
import { newConnectionsFacet } from './connections.ts'
import { newDeadLettersFacet } from './dead-letters.ts'
import { describeDestination } from './describe.ts'
import { listDestinations } from './list.ts'
import { newManageFacet } from './manage.ts'
import type { RabbitmqOptions } from './options.ts'
import { probe } from './probe.ts'
import { newPublishFacet } from './publish.ts'
import { newPurgeFacet } from './purge.ts'
import { sampleBroker } from './sample.ts'
import { newTailFacet } from './tail.ts'

/** 3.x and 4.x would send a copy to every key in CC and BCC, and count deliveries anew; the deaths belong to the message that died. */
const traits: KindTraits = {
  product: 'RabbitMQ',
  carriesKey: false,
  isFields: false,
  ownHeaders: [
    'x-death',
    'x-first-death-*',
    'x-last-death-*',
    'x-delivery-count',
    'x-acquired-count',
    'x-stream-offset',
    'CC',
    'BCC',
  ],
}

/** A connection over both ways; with one of them missing it only reads structure and depths. */
export function openConnection(options: RabbitmqOptions, deps: DriverDeps): BrokerConnection {
  const client = newClient(options, deps)
  const isFull = missingWay(client) === null
  const sessions = new Set<ClaimSession>()
  const claim = newClaimFacet(client, sessions)
  return {
    kind: 'rabbitmq',
    traits,
    probe: (call) => probe(client, call),
    listDestinations: (request, call) => listDestinations(client, request, call),
    describeDestination: (ref, call) => describeDestination(client, ref, call),
    sample: (watched, call) => sampleBroker(client, watched, call),
    close: async () => {
      client.management?.close()
      client.prometheus.close()
      await endSessions(sessions)
      await client.links.close()
    },
    ...(client.management
      ? { deadLetters: newDeadLettersFacet(client), connections: newConnectionsFacet(client) }
      : {}),
    ...(isFull
      ? {
          browse: newBrowseFacet(client),
          tail: newTailFacet(client),
          publish: newPublishFacet(client),
          claim,
          purge: newPurgeFacet(claim),
          manage: newManageFacet(client),
        }
      : {}),
  }
}

/** What is held goes back in its order, but a broker that does not answer keeps nobody waiting: it has all of it then anyway. */
async function endSessions(sessions: ReadonlySet<ClaimSession>): Promise<void> {
  const closing = [...sessions].map((session) => session.close())
  if (closing.length === 0) return
  await Promise.race([Promise.allSettled(closing), new Promise((resolve) => setTimeout(resolve, 500))])
}
