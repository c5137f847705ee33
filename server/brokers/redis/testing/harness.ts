import { randomBytes } from 'node:crypto'
import { Cluster } from 'ioredis'
import {
  type BrokerInstance,
  killBroker,
  pauseBroker,
  removeBroker,
  resumeBroker,
  startBroker,
} from '../../../../scripts/brokers/index.ts'
import type { BrokerConnection, DriverDeps } from '../../contract/index.ts'
import type { DriverHarness } from '../../testing/harness.ts'
import { ownBroker, testBroker } from '../../testing/test-brokers.ts'
import { redis } from '../index.ts'
import type { RedisOptions } from '../options.ts'
import { openRaw, type Raw, streamFlavour } from './raw.ts'

type Kind = 'redis' | 'redis-cluster'

export function optionsFor(instance: BrokerInstance): RedisOptions {
  return instance.kind === 'redis'
    ? { url: instance.urls.redis ?? '' }
    : { cluster: (instance.urls.nodes ?? '').split(',') }
}

export function testDeps(deps: Partial<DriverDeps> = {}): DriverDeps {
  const notes = new Map<string, string>()
  const silent = () => undefined
  return {
    brokerId: 'suite',
    notes: {
      get: async (key) => notes.get(key) ?? null,
      set: async (key, value) => void notes.set(key, value),
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    now: Date.now,
    ...deps,
  }
}

export function connectTo(options: RedisOptions, deps?: Partial<DriverDeps>): Promise<BrokerConnection> {
  return redis.connect(redis.options.parse(options), testDeps(deps))
}

const wrongPassword = 'not-the-password-5f1c'

/** The harness of one kind of deployment; both hold the same streams. */
export function redisHarness(kind: Kind): DriverHarness {
  let instance: BrokerInstance | undefined
  let raw: Raw | undefined
  const shared = () => {
    if (!instance || !raw) throw new Error('not set up')
    return { instance, raw }
  }
  return {
    label: kind,
    setUp: async () => {
      instance = await testBroker(kind)
      raw = openRaw(instance)
    },
    tearDown: async () => raw?.disconnect(),
    connect: (deps) => connectTo(optionsFor(shared().instance), deps),
    flavours: [streamFlavour(() => shared().raw)],
    openEmpty: async () => {
      const own = await ownBroker(kind)
      const client = openRaw(own)
      return {
        connect: () => connectTo(optionsFor(own)),
        createMany: async (names) => {
          for (const name of names) await client.xadd(name, '*', 'body', 'x')
        },
        dispose: () => disposeOf(own, client),
      }
    },
    openOther: async () => {
      const own = await ownBroker(kind)
      const client = openRaw(own)
      return {
        connection: await connectTo(optionsFor(own)),
        flavour: streamFlavour(() => client),
        dispose: () => disposeOf(own, client),
      }
    },
    connectWrongPassword: () =>
      connectTo({ ...optionsFor(shared().instance), username: 'console', password: wrongPassword }),
    connectNowhere: () =>
      connectTo(kind === 'redis' ? { url: 'redis://127.0.0.1:1' } : { cluster: ['127.0.0.1:1'] }),
    openLimited: async () => {
      const { instance: broker, raw: client } = shared()
      const user = `limited-${randomBytes(4).toString('hex')}`
      const name = `refused-${user}`
      const nodes = client instanceof Cluster ? client.nodes('master') : [client]
      for (const node of nodes)
        await node.call('ACL', 'SETUSER', user, 'on', '>limited-secret', '~allowed:*', '&*', '+@all')
      await client.xadd(name, '*', 'body', 'hidden')
      return {
        connection: await connectTo({ ...optionsFor(broker), username: user, password: 'limited-secret' }),
        refused: { type: 'stream', name, namespace: '0' },
        dispose: async () => {
          await client.del(name)
          for (const node of nodes) await node.call('ACL', 'DELUSER', user)
        },
      }
    },
    openFragile: async () => {
      const own = await ownBroker(kind)
      let client = openRaw(own)
      const restart = async () => {
        client.disconnect()
        await startBroker(kind, { name: own.name })
        client = openRaw(own)
      }
      return {
        connect: (deps) => connectTo(optionsFor(own), deps),
        flavour: streamFlavour(() => client),
        stop: async () => void (await killBroker(own.dir)),
        start: restart,
        pause: async () => void (await pauseBroker(own.dir)),
        resume: async () => void (await resumeBroker(own.dir)),
        dispose: () => disposeOf(own, client),
      }
    },
    secrets: [wrongPassword, 'limited-secret'],
  }
}

async function disposeOf(instance: BrokerInstance, client: Raw): Promise<void> {
  client.disconnect()
  await removeBroker(instance.dir)
}
