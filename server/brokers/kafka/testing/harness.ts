import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs'
import {
  type BrokerInstance,
  killBroker,
  pauseBroker,
  removeBroker,
  resumeBroker,
  startBroker,
} from '../../../../scripts/brokers/index.ts'
import { type BrokerConnection, type DriverDeps, textHeader } from '../../contract/index.ts'
import type { DriverHarness, Flavour, GroupHarness } from '../../testing/harness.ts'
import { ownBroker, testBroker } from '../../testing/test-brokers.ts'
import { kafka } from '../index.ts'
import type { KafkaOptions } from '../options.ts'
import { classicGroups, consumerGroups, shareGroups } from './groups.ts'
import { openRaw, type Raw, waitForLeaders } from './raw.ts'

export function testDeps(deps: Partial<DriverDeps> = {}): DriverDeps {
  const silent = () => undefined
  return {
    brokerId: 'suite',
    notes: { get: async () => null, set: async () => undefined },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    now: Date.now,
    ...deps,
  }
}

export function connectTo(options: KafkaOptions, deps?: Partial<DriverDeps>): Promise<BrokerConnection> {
  return kafka.connect(kafka.options.parse(options), testDeps(deps))
}

export const addressOf = (instance: BrokerInstance): string => instance.urls.plaintext ?? ''

export function topicFlavour(label: string, raw: () => Raw, groups: GroupHarness): Flavour {
  return {
    label,
    create: async (name, options) => {
      await raw().createTopic(name, options?.partitions ?? 1)
      return { type: 'topic', name }
    },
    destroy: (ref) => raw().deleteTopic(ref.name),
    publish: (ref, messages) => raw().publish(ref.name, messages),
    drain: (ref) => raw().drain(ref.name),
    count: (ref) => raw().count(ref.name),
    accepts: (name) => /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..',
    carries: {
      key: true,
      nullBody: true,
      headers: [
        textHeader('text', 'ünï 🐇'),
        textHeader('text', 'twice'),
        textHeader('empty', ''),
        { name: 'binary', type: 'bytes', value: Buffer.from([0, 255, 254, 10, 44]).toString('base64') },
      ],
      added: [],
    },
    browse: { newest: true, position: true, time: 'exact' },
    claim: 'log',
    settles: 'marks',
    purge: true,
    tail: true,
    verify: true,
    manage: true,
    groups,
  }
}

const wrongPassword = 'not-the-password-8c2e'

/** One node on the plain listener; the three kinds of group that clients make by themselves. */
export function kafkaHarness(): DriverHarness {
  let instance: BrokerInstance | undefined
  let raw: Raw | undefined
  const shared = () => {
    if (!instance || !raw) throw new Error('not set up')
    return { instance, raw }
  }
  const sharedRaw = () => shared().raw
  return {
    label: 'kafka',
    setUp: async () => {
      instance = await testBroker('kafka')
      raw = await openRaw(addressOf(instance))
    },
    tearDown: async () => raw?.disconnect(),
    connect: (deps) => connectTo({ bootstrap: [addressOf(shared().instance)] }, deps),
    flavours: [
      topicFlavour('topic, classic groups', sharedRaw, classicGroups(sharedRaw)),
      topicFlavour('topic, KIP-848 groups', sharedRaw, consumerGroups(sharedRaw)),
      topicFlavour('topic, share groups', sharedRaw, shareGroups(sharedRaw)),
    ],
    openEmpty: async () => {
      const own = await ownBroker('kafka')
      const client = await openRaw(addressOf(own))
      return {
        connect: () => connectTo({ bootstrap: [addressOf(own)] }),
        createMany: async (names) => {
          const topics = names.map((topic) => ({ topic, numPartitions: 1 }))
          await client.admin.createTopics({ topics, waitForLeaders: false, timeout: 60_000 })
          await waitForLeaders(client.client, names, 1)
        },
        dispose: () => disposeOf(own, client),
      }
    },
    openOther: async () => {
      const own = await ownBroker('kafka')
      const client = await openRaw(addressOf(own))
      return {
        connection: await connectTo({ bootstrap: [addressOf(own)] }),
        flavour: topicFlavour(
          'elsewhere',
          () => client,
          classicGroups(() => client),
        ),
        dispose: () => disposeOf(own, client),
      }
    },
    connectWrongPassword: () => connectTo(saslOptions(shared().instance, wrongPassword)),
    connectNowhere: () => connectTo({ bootstrap: ['127.0.0.1:1'] }),
    openLimited: async () => {
      const { instance: broker, raw: client } = shared()
      const name = `suite-refused-${process.pid}`
      await client.createTopic(name, 1)
      const acl = {
        resourceType: AclResourceTypes.TOPIC,
        resourceName: name,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: 'User:alice',
        host: '*',
        operation: AclOperationTypes.READ,
        permissionType: AclPermissionTypes.DENY,
      }
      await client.admin.createAcls({ acl: [acl] })
      return {
        connection: await connectTo(saslOptions(broker, broker.access.password ?? '')),
        refused: { type: 'topic', name },
        dispose: async () => {
          await client.admin.deleteAcls({ filters: [acl] })
          await client.deleteTopic(name)
        },
      }
    },
    openFragile: async () => {
      const own = await ownBroker('kafka')
      let client = await openRaw(addressOf(own))
      return {
        connect: (deps) => connectTo({ bootstrap: [addressOf(own)] }, deps),
        flavour: topicFlavour(
          'fragile',
          () => client,
          classicGroups(() => client),
        ),
        stop: async () => void (await killBroker(own.dir)),
        start: async () => {
          await client.disconnect()
          await startBroker('kafka', { name: own.name })
          client = await openRaw(addressOf(own))
        },
        pause: async () => void (await pauseBroker(own.dir)),
        resume: async () => void (await resumeBroker(own.dir)),
        dispose: () => disposeOf(own, client),
      }
    },
    secrets: [wrongPassword],
  }
}

export function saslOptions(
  instance: BrokerInstance,
  password: string,
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512' = 'scram-sha-512',
): KafkaOptions {
  return {
    bootstrap: [instance.urls.sasl ?? ''],
    sasl: { mechanism, username: instance.access.user ?? '', password },
  }
}

async function disposeOf(instance: BrokerInstance, client: Raw): Promise<void> {
  await client.disconnect()
  await removeBroker(instance.dir)
}
