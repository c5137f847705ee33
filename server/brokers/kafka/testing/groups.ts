import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Consumer } from '@platformatic/kafka'
import { kafkaRelease, listClassPath } from '../../../../scripts/brokers/kafka-files.ts'
import { brokersRoot } from '../../../../scripts/brokers/store.ts'
import type { GroupHarness, SeededGroup } from '../../testing/harness.ts'
import { deleteGroup, type Raw } from './raw.ts'

const run = promisify(execFile)

/** Commits and ends by kafkajs's own reading. */
async function readRows(raw: Raw, topic: string, groupId: string): Promise<SeededGroup['rows']> {
  const ends = await raw.offsets(topic)
  const commits = await raw.admin.fetchOffsets({ groupId, topics: [topic] })
  return ends
    .map(({ partition, high }) => {
      const commit = commits[0]?.partitions.find((row) => row.partition === partition)
      const committed = commit && commit.offset !== '-1' ? commit.offset : null
      return { partition, committed, lag: committed === null ? null : Number(high) - Number(committed) }
    })
    .sort((a, b) => a.partition - b.partition)
}

/** A live member of a classic group; partition 1 stays without a commit. */
export const classicGroups = (raw: () => Raw): GroupHarness => ({
  partitions: 2,
  seed: async (ref, name, committed) => {
    const consumer = raw().client.consumer({ groupId: name, maxWaitTimeInMs: 50 })
    await consumer.connect()
    await consumer.subscribe({ topics: [ref.name], fromBeginning: true })
    const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve))
    await consumer.run({ autoCommit: false, eachMessage: async () => undefined })
    await joined
    await consumer.commitOffsets([{ topic: ref.name, partition: 0, offset: `${committed}` }])
    return {
      name,
      members: 1,
      rows: await readRows(raw(), ref.name, name),
      dispose: async () => {
        await consumer.disconnect()
        await deleteGroup(raw().admin, name)
      },
    }
  },
})

/** A live member of a KIP-848 group (`group.protocol=consumer`). */
export const consumerGroups = (raw: () => Raw): GroupHarness => ({
  partitions: 2,
  seed: async (ref, name, committed) => {
    const consumer = new Consumer({
      clientId: 'raw-848',
      bootstrapBrokers: [raw().address],
      groupId: name,
      groupProtocol: 'consumer',
      autocommit: false,
    })
    const stream = await consumer.consume({ topics: [ref.name], mode: 'earliest', fallbackMode: 'earliest' })
    stream.on('data', () => undefined)
    const offset = BigInt(committed)
    await consumer.commit({ offsets: [{ topic: ref.name, partition: 0, offset, leaderEpoch: 0 }] })
    return {
      name,
      members: 1,
      rows: await readRows(raw(), ref.name, name),
      dispose: async () => {
        await stream.close()
        await consumer.close(true)
        await deleteGroup(raw().admin, name)
      },
    }
  },
})

const javaFlags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']
const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'

/** One of Kafka's own Java tools, fed `input`; answers its standard output. */
export async function runTool(tool: string, args: readonly string[], input = ''): Promise<string> {
  const classPath = listClassPath(join(brokersRoot, 'kafka-libs', kafkaRelease))
  const running = run('java', [...javaFlags, quiet, '-cp', classPath, tool, ...args], { timeout: 60_000 })
  running.child.stdin?.end(input)
  return (await running).stdout
}

/** A share group that the Java console consumer seeded; nobody is in it afterwards. */
export const shareGroups = (raw: () => Raw): GroupHarness => ({
  partitions: 1,
  seed: async (ref, name, committed) => {
    const server = ['--bootstrap-server', raw().address]
    const reset = ['--add-config', 'share.auto.offset.reset=earliest']
    await runTool('kafka.admin.ConfigCommand', [
      ...server,
      '--alter',
      '--entity-type',
      'groups',
      '--entity-name',
      name,
      ...reset,
    ])
    const topic = ['--topic', ref.name, '--group', name, '--max-messages', `${committed}`]
    await runTool('org.apache.kafka.tools.consumer.ConsoleShareConsumer', [...server, ...topic])
    const described = await runTool('org.apache.kafka.tools.consumer.group.ShareGroupCommand', [
      ...server,
      '--describe',
      '--offsets',
      '--group',
      name,
    ])
    return {
      name,
      members: 0,
      rows: readShareRows(described, ref.name),
      dispose: () => deleteGroup(raw().admin, name),
    }
  },
})

/** Lines of `GROUP TOPIC PARTITION START-OFFSET LAG`; a dash is "not known". */
function readShareRows(text: string, topic: string): SeededGroup['rows'] {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const rows = lines.flatMap(([, name, partition, start, lag]) =>
    name === topic
      ? [
          {
            partition: Number(partition),
            committed: start === '-' ? null : (start ?? null),
            lag: lag === '-' ? null : Number(lag),
          },
        ]
      : [],
  )
  if (rows.length === 0) throw new Error(`the share group tool says nothing of ${topic}: ${text}`)
  return rows
}
