import type { BrokerConnection, DriverDeps } from '../contract/index.ts'
import { missingWay } from './abilities.ts'
import { newBrowseFacet } from './browse.ts'
import { newClient } from './client.ts'
import { describeDestination } from './describe.ts'
import { listDestinations } from './list.ts'
import type { RabbitmqOptions } from './options.ts'
import { probe } from './probe.ts'
import { newPublishFacet } from './publish.ts'
import { sampleBroker } from './sample.ts'

/** A connection over both ways; with one of them missing it only reads structure and depths. */
export function openConnection(options: RabbitmqOptions, deps: DriverDeps): BrokerConnection {
  const client = newClient(options, deps)
  const isFull = missingWay(client) === null
  return {
    kind: 'rabbitmq',
    probe: (call) => probe(client, call),
    listDestinations: (request, call) => listDestinations(client, request, call),
    describeDestination: (ref, call) => describeDestination(client, ref, call),
    sample: (watched, call) => sampleBroker(client, watched, call),
    close: async () => {
      client.management?.close()
      client.prometheus?.close()
      await client.links.close()
    },
    ...(isFull
      ? {
          browse: newBrowseFacet(client),
          publish: newPublishFacet(client),
        }
      : {}),
  }
}
