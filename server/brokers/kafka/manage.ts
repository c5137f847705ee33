import { BrokerError, type Call, type ManageFacet, pause } from '../contract/index.ts'
import type { Cluster } from './cluster.ts'
import { errorOfCode, kafkaErrors } from './errors.ts'
import { countMessages } from './ids.ts'
import { withAdmin } from './kafkajs-client.ts'
import { topicOf } from './map.ts'
import { readTopic } from './offsets.ts'
import type { KafkaOptions } from './options.ts'
import type { TopicMeta } from './protocol/metadata.ts'
import type { TopicFacts } from './topic-facts.ts'

/** Topics are created and deleted through kafkajs's admin client. */
export function manageFacet(
  cluster: Cluster,
  facts: TopicFacts,
  options: KafkaOptions,
  clientId: string,
): ManageFacet {
  return {
    ensure: (ref, call) => ensureTopic(cluster, options, clientId, topicOf(ref), call),
    removeEmpty: async (ref, call) => {
      const topic = topicOf(ref)
      const { internal } = await readTopic(cluster, topic, call)
      if (internal) throw new BrokerError('unsupported', `${topic} is internal to the broker`)
      const count = await countMessages(cluster, topic, await facts.mayHaveGaps(topic, call), call)
      if (count > 0) throw new BrokerError('conflict', `${topic} holds ${count} messages`)
      await withAdmin(options, clientId, call, (admin) => admin.deleteTopics({ topics: [topic] }))
    },
  }
}

async function ensureTopic(
  cluster: Cluster,
  options: KafkaOptions,
  clientId: string,
  name: string,
  call: Call,
): Promise<void> {
  const { topics } = await cluster.metadata(null, call)
  if (topics.some((topic) => topic.name === name)) return
  const neighbour = neighbourOf(name, topics)
  await withAdmin(options, clientId, call, (admin) =>
    admin.createTopics({
      waitForLeaders: false,
      topics: [
        {
          topic: name,
          numPartitions: neighbour?.partitions.length ?? 1,
          replicationFactor: neighbour?.partitions[0]?.replicas.length ?? -1,
        },
      ],
    }),
  )
  await waitForLeaders(cluster, name, call)
}

/** The topic this one is named after: "orders" for "orders.parked". Keys then land on the same partitions. */
export function neighbourOf(name: string, topics: readonly TopicMeta[]): TopicMeta | undefined {
  return topics
    .filter((topic) => name.startsWith(topic.name) && /^[.\-_]/.test(name.slice(topic.name.length)))
    .filter((topic) => topic.partitions.length > 0)
    .sort((a, b) => b.name.length - a.name.length)[0]
}

async function waitForLeaders(cluster: Cluster, name: string, call: Call): Promise<void> {
  for (;;) {
    const { topics } = await cluster.metadata([name], call)
    const [topic] = topics
    if (topic?.error === 0 && topic.partitions.length > 0 && topic.partitions.every((row) => row.leader >= 0))
      return
    const isComing =
      topic?.error === 0 ||
      topic?.error === kafkaErrors.unknownTopicOrPartition ||
      topic?.error === kafkaErrors.leaderNotAvailable
    if (topic && !isComing) throw errorOfCode(topic.error, `topic ${name}`)
    await pause(call, 50)
  }
}
