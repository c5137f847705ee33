import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import {
  ensureKafkaJars,
  ensureKeyStore,
  kafkaRelease,
  keystorePassword,
  listClassPath,
} from './kafka-files.ts'
import { launchOwned } from './processes.ts'
import { portOf, requireProgram, runProgram } from './run.ts'
import { brokersRoot, writeFileAtomic } from './store.ts'
import type { BrokerInstance, Recipe } from './types.ts'

const user = 'alice'
const password = 'alice-secret'
const scramModule = 'org.apache.kafka.common.security.scram.ScramLoginModule'
const plainModule = 'org.apache.kafka.common.security.plain.PlainLoginModule'

/** JVM flags that trade peak speed for a quick start. */
const javaFlags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']

function saslLines(listener: string): string[] {
  const prefix = `listener.name.${listener}`
  return [
    `${prefix}.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN`,
    `${prefix}.scram-sha-512.sasl.jaas.config=${scramModule} required;`,
    `${prefix}.plain.sasl.jaas.config=${plainModule} required user_${user}="${password}";`,
  ]
}

/** The server's settings: one node that is broker and controller, four client listeners. */
function configLines(instance: BrokerInstance): string[] {
  const { dir, ports } = instance
  const at = (name: string) => `127.0.0.1:${portOf(ports, name)}`
  const open = [
    `PLAINTEXT://${at('plaintext')}`,
    `SASLPLAIN://${at('sasl')}`,
    `TLS://${at('tls')}`,
    `SASLTLS://${at('saslTls')}`,
  ]
  const internal = ['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic']
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@${at('controller')}`,
    `listeners=${[...open, `CONTROLLER://${at('controller')}`].join(',')}`,
    `advertised.listeners=${open.join(',')}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASLPLAIN:SASL_PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${join(dir, 'data')}`,
    'sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN',
    ...saslLines('saslplain'),
    ...saslLines('sasltls'),
    'ssl.keystore.type=PKCS12',
    `ssl.keystore.location=${join(dir, 'ks.p12')}`,
    `ssl.keystore.password=${keystorePassword}`,
    `ssl.key.password=${keystorePassword}`,
    // Everybody may do everything until a test adds an ACL; the plain listener stays almighty.
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found=true',
    'super.users=User:ANONYMOUS',
    ...internal.flatMap((topic) => [`${topic}.replication.factor=1`, `${topic}.num.partitions=5`]),
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    // A killed broker may register again only after its old session is over (default 9 s).
    'broker.session.timeout.ms=5000',
    'broker.heartbeat.interval.ms=1000',
    'log.cleaner.backoff.ms=1000',
  ]
}

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
  const scram = `SCRAM-SHA-512=[name=${user},password=${password}]`
  const tool = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', config, '--add-scram', scram]
  await runProgram(requireProgram('java'), [...javaFlags, '-cp', kafkaClassPath(), ...tool], { signal })
  writeFileAtomic(done, `${id}\n`)
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

export const kafkaRecipe: Recipe = {
  kind: 'kafka',
  portNames: ['plaintext', 'controller', 'sasl', 'tls', 'saslTls'],
  servers: /^kafka$/,
  stopMs: 15_000,
  describe(instance) {
    const at = (name: string) => `127.0.0.1:${portOf(instance.ports, name)}`
    return {
      urls: {
        plaintext: at('plaintext'),
        sasl: at('sasl'),
        tls: at('tls'),
        saslTls: at('saslTls'),
      },
      access: { user, password, caFile: join(instance.dir, 'ca.pem'), mechanisms: 'SCRAM-SHA-512,PLAIN' },
    }
  },
  async prepare(instance, signal) {
    await ensureKafkaJars(signal)
    writeFileAtomic(join(instance.dir, 'server.properties'), `${configLines(instance).join('\n')}\n`)
    await Promise.all([ensureKeyStore(instance.dir), formatStorage(instance, signal)])
    rmSync(join(instance.dir, 'server.log'), { force: true })
    chmodSync(join(instance.dir, 'server.properties'), 0o600)
  },
  launch: (instance) => [
    launchOwned(instance, {
      role: 'kafka',
      command: requireProgram('java'),
      args: [
        '-Xmx512m',
        ...javaFlags,
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.utils.AppInfoParser=info',
        '-cp',
        kafkaClassPath(),
        'kafka.Kafka',
        join(instance.dir, 'server.properties'),
      ],
      logFile: join(instance.dir, 'server.log'),
    }),
  ],
  async probe(instance) {
    const brokers = await countBrokers(portOf(instance.ports, 'plaintext'))
    return brokers > 0 ? readVersion(instance) : null
  },
}
