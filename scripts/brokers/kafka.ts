import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import {
  describeFirstNode,
  describeSecondNode,
  kafkaPassword,
  kafkaUser,
  saslMechanisms,
} from './kafka-config.ts'
import { ensureKafkaJars, ensureKeyStore, kafkaRelease, listClassPath } from './kafka-files.ts'
import { launchOwned } from './processes.ts'
import { portOf, requireProgram, runProgram } from './run.ts'
import { brokersRoot, writeFileAtomic } from './store.ts'
import type { BrokerInstance, OwnedProcess, Recipe } from './types.ts'

/** JVM flags that trade peak speed for a quick start. */
const javaFlags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']

/** Class path of the release, for the Java tools. */
function kafkaClassPath(): string {
  return listClassPath(join(brokersRoot, 'kafka-libs', kafkaRelease))
}

/** A cluster id as Kafka makes them: 16 random bytes in URL-safe base64, not starting with a dash. */
function makeClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? makeClusterId() : id
}

async function formatStorage(instance: BrokerInstance, signal: AbortSignal): Promise<void> {
  const data = join(instance.dir, 'data')
  const done = join(instance.dir, 'formatted')
  if (existsSync(done)) return
  rmSync(data, { recursive: true, force: true })
  const id = makeClusterId()
  const config = join(instance.dir, 'server.properties')
  const scram = ['SCRAM-SHA-512', 'SCRAM-SHA-256'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${kafkaUser},password=${kafkaPassword}]`,
  ])
  const tool = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', config, ...scram]
  await runProgram(requireProgram('java'), [...javaFlags, '-cp', kafkaClassPath(), ...tool], { signal })
  if (instance.options.members === 2) formatSecondNode(instance, id)
  writeFileAtomic(done, `${id}\n`)
}

/** A broker that is no controller needs no more than its identity; that saves a JVM start. */
function formatSecondNode(instance: BrokerInstance, clusterId: string): void {
  const data = join(instance.dir, 'data2')
  mkdirSync(data, { recursive: true })
  const lines = ['version=1', `cluster.id=${clusterId}`, 'node.id=2', `directory.id=${makeClusterId()}`]
  writeFileAtomic(join(data, 'meta.properties'), `${lines.join('\n')}\n`)
}

/** Number of registered brokers by a Metadata v1 request for no topic; 0 while not ready. */
function countBrokers(port: number): Promise<number> {
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + 4)
  request.writeInt32BE(request.length - 4, 0)
  request.writeInt16BE(3, 4)
  request.writeInt16BE(1, 6)
  request.writeInt32BE(1, 8)
  request.writeInt16BE(-1, 12)
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let answer = Buffer.alloc(0)
    const finish = (count: number) => {
      socket.destroy()
      resolve(count)
    }
    socket.setTimeout(1_000, () => finish(0))
    socket.once('error', () => finish(0))
    socket.once('close', () => finish(0))
    socket.once('connect', () => socket.write(request))
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length >= 12) finish(answer.readInt32BE(8))
    })
  })
}

/** The version line the server itself wrote into its log at start. */
function readVersion(instance: BrokerInstance): string {
  const log = readFileSync(join(instance.dir, 'server.log'), 'utf8')
  return /Kafka version: (\S+)/.exec(log)?.[1] ?? ''
}

interface KafkaNode {
  role: string
  config: string
  log: string
  describe: (instance: BrokerInstance) => string[]
}

const firstNode = {
  role: 'kafka',
  config: 'server.properties',
  log: 'server.log',
  describe: describeFirstNode,
}
const secondNode = {
  role: 'kafka-2',
  config: 'server2.properties',
  log: 'server2.log',
  describe: describeSecondNode,
}

function listNodes(instance: BrokerInstance): KafkaNode[] {
  return instance.options.members === 2 ? [firstNode, secondNode] : [firstNode]
}

function launchNode(instance: BrokerInstance, node: KafkaNode): OwnedProcess {
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
  const version = '-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.utils.AppInfoParser=info'
  const main = ['-cp', kafkaClassPath(), 'kafka.Kafka', join(instance.dir, node.config)]
  return launchOwned(instance, {
    role: node.role,
    command: requireProgram('java'),
    args: ['-Xmx512m', ...javaFlags, quiet, version, ...main],
    logFile: join(instance.dir, node.log),
  })
}

export const kafkaRecipe: Recipe = {
  kind: 'kafka',
  portNames: ['plaintext', 'controller', 'sasl', 'tls', 'saslTls', 'second'],
  servers: /^kafka/,
  stopMs: 15_000,
  describe(instance) {
    const at = (name: string) => `127.0.0.1:${portOf(instance.ports, name)}`
    return {
      urls: {
        plaintext: at('plaintext'),
        sasl: at('sasl'),
        tls: at('tls'),
        saslTls: at('saslTls'),
        ...(instance.options.members === 2 ? { second: at('second') } : {}),
      },
      access: {
        user: kafkaUser,
        password: kafkaPassword,
        caFile: join(instance.dir, 'ca.pem'),
        mechanisms: saslMechanisms,
      },
    }
  },
  async prepare(instance, signal) {
    await ensureKafkaJars(signal)
    for (const node of listNodes(instance)) {
      writeFileAtomic(join(instance.dir, node.config), `${node.describe(instance).join('\n')}\n`)
      rmSync(join(instance.dir, node.log), { force: true })
    }
    await Promise.all([ensureKeyStore(instance.dir), formatStorage(instance, signal)])
  },
  launch: (instance) => listNodes(instance).map((node) => launchNode(instance, node)),
  async probe(instance) {
    const brokers = await countBrokers(portOf(instance.ports, 'plaintext'))
    return brokers >= listNodes(instance).length ? readVersion(instance) : null
  },
}
