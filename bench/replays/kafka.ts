import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { Kafka, logLevel } from 'kafkajs'
import type { BrokerInstance } from '../../scripts/brokers/index.ts'
import { requireProgram } from '../../scripts/brokers/run.ts'
import { type Arena, bodyOf, type Field } from './arena.ts'

type Kcat = ChildProcessByStdio<Writable, Readable, null>

/** Topics of one partition, new ones for every contestant; the peer is one kcat piped into another, without headers. */
export async function openKafkaArena(instance: BrokerInstance): Promise<Arena> {
  const { plaintext: address = '' } = instance.urls
  const program = requireProgram('kcat')
  const admin = new Kafka({ clientId: 'bench', brokers: [address], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const kcat = (...args: string[]): Kcat =>
    spawn(program, ['-b', address, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  let fields = 0
  let last: Field | null = null
  const consume = (topic: string, format: readonly string[]) =>
    kcat('-C', '-t', topic, '-o', 'beginning', '-e', '-q', '-u', ...format)
  const produce = (topic: string) => kcat('-P', '-t', topic, '-K', '|', '-X', 'acks=all')

  return {
    kind: 'kafka',
    label: 'Kafka, topic → topic',
    broker: { id: 'kafka', kind: 'kafka', bootstrap: [address] },
    peers: [
      {
        id: 'kcat',
        label: '`kcat -C | kcat -P`, acks=all',
        async run({ source, target }) {
          const startedAt = performance.now()
          const reader = consume(source, ['-K', '|'])
          const writer = produce(target)
          reader.stdin.end()
          reader.stdout.pipe(writer.stdin)
          await Promise.all([endOf(reader), endOf(writer)])
          return performance.now() - startedAt
        },
      },
    ],
    async prepare(count) {
      if (last) await admin.deleteTopics({ topics: [last.source, last.target] })
      fields += 1
      const field = { source: `bench.source.${fields}`, target: `bench.target.${fields}` }
      const topics = [field.source, field.target].map((topic) => ({
        topic,
        numPartitions: 1,
        replicationFactor: 1,
      }))
      await admin.createTopics({ waitForLeaders: true, topics })
      const writer = produce(field.source)
      for (let i = 0; i < count; i += 1) {
        const line = `customer-${i % 997}|${bodyOf(i)}\n`
        if (!writer.stdin.write(line)) await new Promise((done) => writer.stdin.once('drain', done))
      }
      writer.stdin.end()
      await endOf(writer)
      last = field
      return field
    },
    /** Counts records: a transaction's marker takes an offset too. */
    async check({ target }, count) {
      const reader = consume(target, ['-f', '.'])
      reader.stdin.end()
      let arrived = 0
      reader.stdout.on('data', (chunk: Buffer) => {
        arrived += chunk.length
      })
      await endOf(reader)
      if (arrived !== count) throw new Error(`${arrived} of ${count} records arrived`)
    },
    close: () => admin.disconnect(),
  }
}

function endOf(child: Kcat): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`kcat ended with ${code}`))))
  })
}
