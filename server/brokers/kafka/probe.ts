import { BrokerError, type Call, type Probe } from '../contract/index.ts'
import { grantedAbilities, missingRights } from './abilities.ts'
import type { Cluster } from './cluster.ts'
import type { KafkaOptions } from './options.ts'
import { describeClusterApi } from './protocol/admin.ts'

/** Newest metadata.version a build knows → the release (server-common/MetadataVersion of Kafka 4.3.1). */
const releases: readonly (readonly [level: number, release: string])[] = [
  [30, '4.3'],
  [28, '4.2'],
  [26, '4.1'],
  [22, '4.0'],
  [21, '3.9'],
  [20, '3.8'],
  [15, '3.7'],
  [12, '3.6'],
  [9, '3.5'],
  [8, '3.4'],
  [1, '3.3'],
]

/** Kafka tells no version number to clients; the features of its build betray the release. */
export function releaseOf(features: ReadonlyMap<string, number>): string {
  const level = features.get('metadata.version')
  if (level === undefined) return 'unknown (a cluster with ZooKeeper, or not Apache Kafka)'
  const [newest] = releases
  if (newest && level > newest[0]) return `${newest[1]} or newer`
  return releases.find(([from]) => level >= from)?.[1] ?? '3.3'
}

export async function probeCluster(cluster: Cluster, options: KafkaOptions, call: Call): Promise<Probe> {
  const { features } = await cluster.versions(call)
  const granted = await readGranted(cluster, call)
  const { clusterId, brokers } = await cluster.metadata([], call)
  return {
    version: releaseOf(features),
    identity: clusterId ?? `${brokers.length} brokers without a cluster id`,
    user: options.sasl?.username ?? null,
    abilities: grantedAbilities(granted),
    problems: missingRights(granted),
  }
}

async function readGranted(cluster: Cluster, call: Call): Promise<number | null> {
  try {
    const { error, operations } = await cluster.any(describeClusterApi, null, call)
    return error === 0 && operations !== notTold ? operations : null
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'unsupported') return null
    throw error
  }
}

/** What the broker answers when it does not tell. */
const notTold = -2_147_483_648
