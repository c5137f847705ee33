import type { Partition, Setting } from '../../../lib/schemas/destination.ts'
import {
  BrokerError,
  type Call,
  type DestinationDescription,
  type DestinationInfo,
  type DestinationPage,
  decodeParts,
  encodeParts,
  ok,
  unavailable,
} from '../contract/index.ts'
import { topicAbilities } from './abilities.ts'
import type { Cluster } from './cluster.ts'
import { describeCode, errorOfCode, isStale, kafkaErrors } from './errors.ts'
import { listGroups, missingGroups, offsetsTopic, readGroups } from './group-reads.ts'
import { type LogSizes, readLogSizes, sumSizes } from './log-sizes.ts'
import { refOf } from './map.ts'
import { offsetIn, readOffsets } from './offsets.ts'
import { type ConfigEntry, describeConfigsApi, resourceTypes } from './protocol/admin.ts'
import { earliest, latest } from './protocol/list-offsets.ts'
import type { TopicMeta } from './protocol/metadata.ts'
import type { TopicFacts } from './topic-facts.ts'
import { problemsOf, sampleTopic } from './topic-sample.ts'

/** Name-sorted by code unit. */
export async function listTopics(
  cluster: Cluster,
  facts: TopicFacts,
  request: { readonly cursor?: string | undefined; readonly limit: number },
  call: Call,
): Promise<DestinationPage> {
  const { topics } = await cluster.metadata(null, call, true)
  const names = topics.map((topic) => topic.name)
  facts.noteTopics(names)
  const sorted = [...topics].sort((a, b) => (a.name < b.name ? -1 : 1))
  const after = request.cursor === undefined ? null : readCursor(request.cursor)
  const rest = sorted.filter((topic) => after === null || topic.name > after)
  const page = rest.slice(0, request.limit)
  await facts.refresh(
    page.map((topic) => topic.name),
    call,
  )
  const last = page.at(-1)
  return {
    items: page.map((topic) => infoOf(topic, facts)),
    next: last && rest.length > page.length ? encodeParts(['after', last.name]) : null,
    problems: [],
  }
}

function readCursor(cursor: string): string {
  const [word, name, ...rest] = decodeParts(cursor) ?? []
  if (word !== 'after' || name === undefined || rest.length > 0)
    throw new BrokerError('bad_request', 'This is no cursor of this list')
  return name
}

/** Topics whose names begin so belong to Kafka's own tools. */
const internalNames = /^(__|_schemas$|_confluent|connect-(configs|offsets|status)$)/

function infoOf(topic: TopicMeta, facts: TopicFacts): DestinationInfo {
  const problems = problemsOf(topic)
  const variant = facts.variantOf(topic.name)
  return {
    ref: refOf(topic.name),
    ...(variant === undefined ? {} : { variant }),
    internal: topic.internal || internalNames.test(topic.name),
    abilities: topicAbilities(topic, facts.policyOf(topic.name)),
    ...(problems.length > 0 ? { problems } : {}),
  }
}

/** One topic with its settings, partitions, consumers; what is refused is a problem, not an error. */
export async function describeTopic(
  cluster: Cluster,
  facts: TopicFacts,
  name: string,
  call: Call,
): Promise<DestinationDescription> {
  const metadata = await cluster.metadata([...new Set([name, offsetsTopic])], call, true)
  const topic = metadata.topics.find((row) => row.name === name)
  if (!topic) throw errorOfCode(kafkaErrors.unknownTopicOrPartition, `topic ${name}`)
  if (topic.error !== 0 && !isStale(topic.error)) throw errorOfCode(topic.error, `topic ${name}`)
  const brokers = metadata.brokers.map((broker) => broker.id)
  const [settings, sizes, groups] = await Promise.all([
    readSettings(cluster, name, call),
    readLogSizes(cluster, metadata, [topic], call),
    missingGroups(metadata.topics).length > 0 ? null : readReaders(cluster, brokers, name, call),
    facts.refresh([name], call),
  ])
  const [starts, ends] = await Promise.all([
    readOffsets(cluster, [topic], earliest, false, call),
    readOffsets(cluster, [topic], latest, false, call),
  ])
  const atMs = Date.now()
  const info = infoOf(topic, facts)
  const problems = [...(info.problems ?? []), ...settings.problems]
  return {
    ...info,
    ...(problems.length > 0 ? { problems } : {}),
    sample: sampleTopic(topic, {
      starts,
      ends,
      bytes: sumSizes(sizes, [topic]),
      bytesReason: sizes.reason,
      consumers: groups && new Map([[name, groups.consumers.length]]),
      groups: groups && new Map([[name, groups.count]]),
      gapsOf: (known) => facts.gapsOf(known),
      retentionOf: (known) => facts.retentionOf(known),
      atMs,
    }),
    parts: {
      settings: settings.settings,
      partitions: topic.partitions.map((row) =>
        partitionOf(
          row,
          sizes,
          name,
          offsetIn(starts, name, row.partition),
          offsetIn(ends, name, row.partition),
        ),
      ),
      ...(groups ? { consumers: groups.consumers } : {}),
    },
  }
}

function partitionOf(
  row: TopicMeta['partitions'][number],
  sizes: LogSizes,
  topic: string,
  start: bigint | null,
  end: bigint | null,
): Partition {
  const bytes = sizes.bytes.get(topic)?.get(row.partition)
  const atMs = Date.now()
  return {
    partition: row.partition,
    leader: row.leader < 0 ? null : `${row.leader}`,
    replicas: row.replicas.map(String),
    inSync: row.inSync.map(String),
    start: start?.toString() ?? null,
    end: end?.toString() ?? null,
    bytes: bytes === undefined ? unavailable(sizes.reason, atMs) : ok(bytes, 'bytes', atMs),
    ...(row.leader < 0
      ? {
          problem: {
            scope: `${topic}, partition ${row.partition}`,
            code: 'leaderless',
            message: describeCode(row.error || kafkaErrors.leaderNotAvailable),
          },
        }
      : {}),
  }
}

const sources: Readonly<Record<number, string>> = {
  1: 'topic',
  2: 'dynamic broker',
  3: 'dynamic cluster default',
  4: 'broker file',
  5: 'default',
}

function settingOf(config: ConfigEntry): Setting {
  return {
    name: config.name,
    value: config.sensitive ? null : config.value,
    source: sources[config.source] ?? 'unknown',
    isDefault: config.source !== 1,
  }
}

async function readSettings(cluster: Cluster, name: string, call: Call) {
  const query = { type: resourceTypes.topic, names: [name], keys: null }
  const [answer] = await cluster.any(describeConfigsApi, query, call)
  const settings = (answer?.configs ?? []).map(settingOf)
  settings.sort((a, b) => (a.name < b.name ? -1 : 1))
  const problems =
    answer && answer.error !== 0
      ? [
          {
            scope: name,
            code: 'forbidden',
            message: `settings: ${describeCode(answer.error, answer.message)}`,
          },
        ]
      : []
  return { settings, problems }
}

async function readReaders(cluster: Cluster, brokers: readonly number[], name: string, call: Call) {
  const { groups, problems } = await listGroups(cluster, brokers, call)
  if (problems.length > 0) return null
  const read = await readGroups(cluster, groups, call)
  const consumers = read.flatMap((group) =>
    group.members
      .filter((member) => member.assigned.some((row) => row.topic === name))
      .map((member) => ({
        id: member.id,
        group: group.id,
        ...(member.client ? { client: member.client } : {}),
        ...(member.host ? { host: member.host.replace(/^\//, '') } : {}),
        active: true,
      })),
  )
  const count = read.filter(
    (group) =>
      group.committed.has(name) ||
      group.members.some((member) => member.assigned.some((row) => row.topic === name)),
  ).length
  return { consumers, count }
}
