import type { Header } from '../../../../lib/schemas/header.ts'
import {
  type DriverHarness,
  type EmptyPlace,
  type Flavour,
  type FragileBroker,
  none,
  type RawDelivery,
} from '../../testing/harness.ts'
import { openConnection } from '../connection.ts'
import { SandboxBroker } from '../engine/broker.ts'
import { type Content, contentOf } from '../engine/content.ts'

/** Here the raw client is the engine itself, past the connection, its gate and its facets. */
const item = (value: string) => ({ type: 'string' as const, value })
const headers: readonly Header[] = [
  { name: 'text', ...item('ünï 🐇') },
  { name: 'text', ...item('again, the same name') },
  { name: 'empty', ...item('') },
  { name: 'bytes', type: 'bytes', value: Buffer.from([0, 255, 128]).toString('base64') },
  { name: 'nothing', type: 'null', value: null },
  { name: 'yes', type: 'bool', value: 'true' },
  { name: 'big', type: 'int64', value: '9223372036854775807' },
  { name: 'small', type: 'int8', value: '-128' },
  { name: 'real', type: 'double', value: '0.1' },
  { name: 'when', type: 'timestamp', value: '1764000000' },
  {
    name: 'table',
    type: 'table',
    value: [{ name: 'inner', type: 'list', value: [item('a'), { type: 'int32', value: '7' }] }],
  },
]

const raw = (content: Content) => ({ key: content.key, body: content.body, headers: content.headers })

function queueFlavour(broker: SandboxBroker): Flavour {
  const queueOf = (name: string) => {
    const queue = broker.queues.get(name)
    if (!queue) throw new Error(`there is no queue ${name}`)
    return queue
  }
  return {
    label: 'queue',
    create: async (name) => {
      broker.addQueue(name)
      return { type: 'queue', name }
    },
    destroy: async ({ name }) => void broker.queues.delete(name),
    async publish({ name }, messages) {
      for (const message of messages)
        broker.push(queueOf(name), { timestampMs: broker.now(), content: { ...message, properties: {} } })
    },
    async drain({ name }): Promise<RawDelivery[]> {
      const taken = queueOf(name).consume(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
      return taken.map((message) => ({
        ...raw(contentOf(message)),
        redelivered: message.redelivered,
      }))
    },
    count: async ({ name }) => queueOf(name).ready.length,
    accepts: () => true,
    carries: { key: true, nullBody: false, headers, added: [] },
    browse: { newest: true, position: true, time: 'exact' },
    claim: 'queue',
    settles: 'removes',
    purge: true,
    tail: true,
    verify: none('what a worker took cannot be found again'),
    manage: true,
    groups: none('a queue has consumers, not groups with a position'),
  }
}

function topicFlavour(broker: SandboxBroker): Flavour {
  const logOf = (name: string) => {
    const log = broker.logs.get(name)
    if (!log) throw new Error(`there is no topic ${name}`)
    return log
  }
  return {
    ...queueFlavour(broker),
    label: 'topic',
    create: async (name, options) => {
      broker.addLog(name, options?.partitions ?? 1)
      return { type: 'topic', name }
    },
    destroy: async (ref) => void broker.remove(ref),
    async publish({ name }, messages) {
      for (const message of messages)
        broker.append(logOf(name), 0, broker.now(), { ...message, properties: {} })
    },
    async drain({ name }) {
      return logOf(name).partitions.flatMap((partition) =>
        Array.from({ length: partition.end - partition.start }, (_, step) =>
          partition.at(partition.start + step),
        ).flatMap((record) => (record ? raw(contentOf(record)) : [])),
      )
    },
    count: async ({ name }) => logOf(name).depth,
    carries: { key: true, nullBody: true, headers, added: [] },
    claim: 'log',
    settles: 'marks',
    verify: true,
    groups: {
      partitions: 3,
      async seed({ name: topic }, name, committed) {
        const log = logOf(topic)
        for (let step = 0; step < 5; step += 1)
          broker.append(log, 1, broker.now(), { ...raw(emptyContent), properties: {} })
        const group = broker.addGroup(name, log)
        group.committed.splice(0, 2, committed, 5)
        const end = log.partition(0)?.end ?? 0
        const rows = [
          { partition: 0, committed: String(committed), lag: end - committed },
          { partition: 1, committed: '5', lag: 0 },
          { partition: 2, committed: null, lag: null },
        ]
        return { name, rows, members: 0, dispose: async () => void broker.groups.delete(name) }
      },
    },
  }
}

const emptyContent: Content = { key: null, body: Buffer.alloc(0), headers: [], properties: {} }

function openFragile(): FragileBroker {
  const broker = new SandboxBroker(Date.now)
  const set = async (fault: SandboxBroker['fault']) => {
    broker.fault = fault
  }
  return {
    connect: async () => openConnection(broker),
    flavour: queueFlavour(broker),
    async stop() {
      broker.breakConnections()
      await set('down')
    },
    start: () => set('none'),
    pause: () => set('silent'),
    resume: () => set('none'),
    dispose: async () => undefined,
  }
}

function openEmpty(): EmptyPlace {
  const broker = new SandboxBroker(Date.now)
  return {
    connect: async () => openConnection(broker),
    async createMany(names) {
      for (const name of names) broker.addQueue(name)
    },
    dispose: async () => undefined,
  }
}

const shared = new SandboxBroker(Date.now)

export const sandboxHarness: DriverHarness = {
  label: 'sandbox',
  setUp: async () => undefined,
  tearDown: async () => undefined,
  connect: async () => openConnection(shared),
  flavours: [queueFlavour(shared), topicFlavour(shared)],
  openEmpty: async () => openEmpty(),
  async openOther() {
    const other = new SandboxBroker(Date.now)
    return { connection: openConnection(other), flavour: queueFlavour(other), dispose: async () => undefined }
  },
  connectWrongPassword: none('it asks for no password'),
  async connectNowhere() {
    const nowhere = new SandboxBroker(Date.now)
    nowhere.fault = 'down'
    return openConnection(nowhere)
  },
  async openLimited() {
    const limited = new SandboxBroker(Date.now)
    limited.fault = 'forbidden'
    limited.addQueue('refused')
    return {
      connection: openConnection(limited),
      refused: { type: 'queue', name: 'refused' },
      dispose: async () => undefined,
    }
  },
  openFragile: async () => openFragile(),
  secrets: [],
}
