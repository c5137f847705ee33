import type { BrokerConnection, DriverDeps } from '../contract/index.ts'
import { browseFacet } from './browse.ts'
import { claimFacet } from './claim.ts'
import { Cluster } from './cluster.ts'
import { deadLettersFacet } from './dead-letters.ts'
import { describeTopic, listTopics } from './destinations.ts'
import { groupsFacet } from './groups.ts'
import { manageFacet } from './manage.ts'
import { topicOf } from './map.ts'
import type { KafkaOptions } from './options.ts'
import { offsetsFacet } from './positions/facet.ts'
import { probeCluster } from './probe.ts'
import { publishFacet } from './publish.ts'
import { purgeFacet } from './purge.ts'
import { sampleCluster } from './sample.ts'
import { SampleMemory } from './sample-memory.ts'
import { tailFacet } from './tail.ts'

/** One cluster behind the contract. Opens nothing until the first call. */
export function openConnection(options: KafkaOptions, deps: DriverDeps): BrokerConnection {
  const clientId = `signalbox-${deps.brokerId}`
  const cluster = new Cluster(options, clientId)
  const memory = new SampleMemory(cluster)
  const { facts } = memory
  return {
    kind: 'kafka',
    traits: { product: 'Kafka', carriesKey: true, isFields: false, ownHeaders: [] },
    probe: (call) => probeCluster(cluster, options, call),
    listDestinations: (request, call) => listTopics(cluster, facts, request, call),
    describeDestination: (ref, call) => describeTopic(cluster, facts, topicOf(ref), call),
    sample: (watched, call) => sampleCluster(cluster, memory, watched, call),
    browse: browseFacet(cluster),
    tail: tailFacet(cluster),
    claim: claimFacet(cluster, facts),
    purge: purgeFacet(cluster, facts),
    manage: manageFacet(cluster, facts, options, clientId),
    deadLetters: deadLettersFacet(cluster),
    publish: publishFacet(cluster, facts, deps.now),
    groups: groupsFacet(cluster, memory),
    offsets: offsetsFacet(cluster, facts),
    close: async () => {
      cluster.close()
    },
  }
}
