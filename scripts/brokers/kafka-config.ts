import { join } from 'node:path'
import { keystorePassword } from './kafka-files.ts'
import { portOf } from './run.ts'
import type { BrokerInstance } from './types.ts'

/** The development login; the same for every mechanism. */
export const kafkaUser = 'alice'
export const kafkaPassword = 'alice-secret'

export const saslMechanisms = 'SCRAM-SHA-512,SCRAM-SHA-256,PLAIN'

const scramModule = 'org.apache.kafka.common.security.scram.ScramLoginModule'
const plainModule = 'org.apache.kafka.common.security.plain.PlainLoginModule'

function saslLines(listener: string): string[] {
  const prefix = `listener.name.${listener}`
  return [
    `${prefix}.sasl.enabled.mechanisms=${saslMechanisms}`,
    `${prefix}.scram-sha-512.sasl.jaas.config=${scramModule} required;`,
    `${prefix}.scram-sha-256.sasl.jaas.config=${scramModule} required;`,
    `${prefix}.plain.sasl.jaas.config=${plainModule} required user_${kafkaUser}="${kafkaPassword}";`,
  ]
}

/** What both nodes share: rights, internal topics, quick groups. */
function commonLines(instance: BrokerInstance): string[] {
  const internal = ['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic']
  return [
    `controller.quorum.voters=1@127.0.0.1:${portOf(instance.ports, 'controller')}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
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

/** Settings of the first node: broker and controller, with four client listeners. */
export function describeFirstNode(instance: BrokerInstance): string[] {
  const { dir, ports } = instance
  const at = (name: string) => `127.0.0.1:${portOf(ports, name)}`
  const open = [
    `PLAINTEXT://${at('plaintext')}`,
    `SASLPLAIN://${at('sasl')}`,
    `TLS://${at('tls')}`,
    `SASLTLS://${at('saslTls')}`,
  ]
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `listeners=${[...open, `CONTROLLER://${at('controller')}`].join(',')}`,
    `advertised.listeners=${open.join(',')}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASLPLAIN:SASL_PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL',
    `log.dirs=${join(dir, 'data')}`,
    `sasl.enabled.mechanisms=${saslMechanisms}`,
    ...saslLines('saslplain'),
    ...saslLines('sasltls'),
    'ssl.keystore.type=PKCS12',
    `ssl.keystore.location=${join(dir, 'ks.p12')}`,
    `ssl.keystore.password=${keystorePassword}`,
    `ssl.key.password=${keystorePassword}`,
    ...commonLines(instance),
  ]
}

/** Settings of the second node: a broker with one plain listener, to lead partitions and be lost. */
export function describeSecondNode(instance: BrokerInstance): string[] {
  const listener = `PLAINTEXT://127.0.0.1:${portOf(instance.ports, 'second')}`
  return [
    'process.roles=broker',
    'node.id=2',
    `listeners=${listener}`,
    `advertised.listeners=${listener}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    `log.dirs=${join(instance.dir, 'data2')}`,
    ...commonLines(instance),
  ]
}
