import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BrokerMessage, encodeRef, newCall } from '../brokers/contract/index.ts'
import { callerWith, FakeBroker, logId, messageOf, queueId } from '../messages/testing/fake-broker.ts'
import type { Commands } from '../runtime/contract.ts'
import type { Storage } from '../storage/contract/index.ts'
import { openStorage } from '../storage/sqlite/open-storage.ts'
import { createCommands } from './create-commands.ts'

const caller = callerWith()
const silent = () => undefined
let fake: FakeBroker
let storage: Storage
let directory: string
let touched: string[]
let commands: Commands

const call = () => newCall(5_000)
const open = (over: Partial<Storage> = {}): Commands =>
  createCommands({
    findBroker: fake.find,
    storage: { ...storage, ...over },
    touched: (broker) => void touched.push(broker),
    now: () => 1_700_000_000_000,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signalbox-commands-'))
  storage = await openStorage(directory)
  fake = new FakeBroker()
  touched = []
  commands = open()
})
afterEach(async () => {
  await storage.close()
  await rm(directory, { recursive: true })
})

const many = (count: number): BrokerMessage[] =>
  Array.from({ length: count }, (_, n) =>
    messageOf(`message ${n}`, {
      id: `0-${n}`,
      key: n % 2 === 0 ? null : Buffer.from([n, 0xff]),
      body: n === 3 ? null : Buffer.from([0, n, 0xfe]),
      headers: [{ name: 'h', type: 'bytes', value: 'AP8=' }],
      properties: { partition: n % 3, note: 'kept' },
    }),
  )
const backups = async () => (await commands.listBackups({ limit: 10 }, caller)).items
const saved = (id: string) => Array.fromAsync(storage.backups.read(id))
const contentOf = ({ key, body, headers, properties, timestampMs }: Omit<BrokerMessage, 'id'>) => ({
  key: key && Buffer.from(key).toString('hex'),
  body: body && Buffer.from(body).toString('hex'),
  headers,
  properties,
  timestampMs,
})

describe('publish', () => {
  it('sends what was asked and answers the broker’s word', async () => {
    const input = {
      key: { text: 'k' },
      body: { base64: 'AP8=' },
      headers: [{ name: 'a', type: 'string' as const, value: '' }],
      properties: { contentType: 'x' },
      partition: 2,
      timestamp: '2026-01-01T00:00:00+01:00',
    }
    const result = await commands.publish('fake', logId, input, caller, call())
    expect(result).toEqual({ routed: true, position: '0', detail: 'kept' })
    expect(fake.sent).toEqual([
      {
        target: { ref: { type: 'topic', name: 'events' }, partition: 2 },
        message: {
          key: Buffer.from('k'),
          body: Buffer.from([0, 0xff]),
          headers: input.headers,
          properties: input.properties,
          timestampMs: Date.UTC(2025, 11, 31, 23),
          from: null,
        },
      },
    ])
    expect(touched).toEqual(['fake'])
  })

  it.each([
    [{ json: { a: [1, null] } }, '{"a":[1,null]}'],
    [{ json: null }, 'null'],
    [{ text: '' }, ''],
    [null, null],
  ])('%j', async (body, bytes) => {
    await commands.publish('fake', queueId, { body }, caller, call())
    const sent = fake.sent[0]?.message.body
    expect(sent && Buffer.from(sent).toString()).toBe(bytes)
  })

  it.each([
    ['unroutable', 'conflict'],
    ['rejected', 'conflict'],
    ['too_large', 'too_large'],
    ['forbidden', 'forbidden'],
    ['not_found', 'not_found'],
    ['bad_request', 'bad_request'],
  ] as const)('a message refused as %s is %s', async (code, expected) => {
    fake.outcomeOf = () => ({ state: 'refused', code, reason: 'because' })
    const act = commands.publish('fake', queueId, { body: { text: 'x' } }, caller, call())
    await expect(act).rejects.toMatchObject({ code: expected, message: 'because' })
  })

  it('says when nobody knows, and what cannot be', async () => {
    fake.outcomeOf = () => ({ state: 'unknown', reason: 'the connection went' })
    const publish = (id: string) => commands.publish('fake', id, { body: { text: 'x' } }, caller, call())
    await expect(publish(queueId)).rejects.toMatchObject({ code: 'timeout', detail: { reason: 'unknown' } })
    await expect(publish('nothing')).rejects.toMatchObject({ code: 'not_found' })
    await expect(publish(encodeRef({ type: 'queue', name: 'no' }))).rejects.toMatchObject({
      code: 'not_found',
    })
    fake.without = ['publish']
    await expect(publish(queueId)).rejects.toMatchObject({
      code: 'unsupported',
      message: 'the fake has none',
    })
    const unaudited = { ...caller, auditId: null }
    fake.without = []
    await expect(commands.publish('fake', queueId, { body: null }, unaudited, call())).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('settle', () => {
  const ids = ['0-1', '0-3', '0-1']
  const input = (action: 'delete' | 'park' | 'acknowledge', more: object = {}) => ({
    ids,
    action,
    confirm: 'orders',
    ...more,
  })

  it('deletes what is in the backup, and only that', async () => {
    fake.queue = many(5)
    const before = [...fake.queue]
    const result = await commands.settle('fake', queueId, input('delete'), caller, call())
    expect(result.settled).toBe(2)
    expect(fake.queue.map(({ id }) => id)).toEqual(['0-0', '0-2', '0-4'])
    expect((await saved(result.backup)).map(contentOf)).toEqual(
      [before[1], before[3]].flatMap((message) => (message ? [contentOf(message)] : [])),
    )
    expect(await backups()).toMatchObject([
      { id: result.backup, cause: 'delete', state: 'complete', messages: 2, createdBy: 'test' },
    ])
  })

  it('parks beside the source, unchanged, and keeps what did not arrive', async () => {
    fake.queue = many(5)
    const before = [...fake.queue]
    const result = await commands.settle('fake', queueId, input('park'), caller, call())
    expect(fake.ensured).toEqual(['orders.parked'])
    expect(fake.sent.map(({ message }) => contentOf({ ...message, position: '', sizeBytes: 0 }))).toEqual(
      [before[1], before[3]].flatMap((message) => (message ? [contentOf(message)] : [])),
    )
    expect(result.settled).toBe(2)
    fake.outcomeOf = (_, number) =>
      number === 2
        ? { state: 'confirmed', detail: '' }
        : { state: 'refused', code: 'too_large', reason: 'big' }
    const again = commands.settle('fake', queueId, { ...input('park'), ids: ['0-0', '0-2'] }, caller, call())
    await expect(again).rejects.toMatchObject({ code: 'too_large', detail: { backup: expect.any(String) } })
    expect(fake.queue.map(({ id }) => id)).toEqual(['0-2', '0-4'])
    expect((await backups())[0]).toMatchObject({ cause: 'park', state: 'partial', messages: 2 })
  })

  it('removes nothing when the backup cannot be written', async () => {
    fake.queue = many(5)
    const failing = { ...storage.backups, create: () => Promise.reject(new Error('no space left')) }
    const broken = open({ backups: failing })
    await expect(broken.settle('fake', queueId, input('delete'), caller, call())).rejects.toThrow(
      'no space left',
    )
    await expect(broken.purge('fake', queueId, { confirm: 'orders' }, caller, call())).rejects.toThrow(
      'no space',
    )
    expect(fake.queue).toHaveLength(5)
  })

  it('names the backup when the hold was lost, and leaves none when nothing was in hand', async () => {
    fake.queue = many(5)
    fake.onSettle = () => {
      throw new Error('lost')
    }
    await expect(commands.settle('fake', queueId, input('delete'), caller, call())).rejects.toThrow('lost')
    expect(await backups()).toMatchObject([{ state: 'partial', messages: 2 }])
    const absent = { ...input('delete'), ids: ['nobody'] }
    await expect(commands.settle('fake', queueId, absent, caller, call())).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await backups()).toHaveLength(1)
  })

  it('acknowledges in a group what is pending there', async () => {
    fake.log = many(5)
    const at = (more: object) =>
      commands.settle('fake', logId, { ...input('acknowledge', more), confirm: 'events' }, caller, call())
    await expect(at({})).rejects.toMatchObject({ code: 'bad_request' })
    await expect(at({ group: 'others' })).rejects.toMatchObject({ code: 'conflict' })
    const { settled, backup } = await at({ group: 'workers', ids: ['0-1', 'gone'] })
    expect(settled).toBe(2)
    expect(await saved(backup)).toHaveLength(1)
  })

  it('refuses a wrong name, a log, and parking in itself', async () => {
    fake.queue = many(5)
    const at = (id: string, more: object) =>
      commands.settle('fake', id, { ...input('delete'), ...more }, caller, call())
    await expect(at(queueId, { confirm: 'Orders' })).rejects.toMatchObject({ code: 'bad_request' })
    await expect(at(logId, { confirm: 'events' })).rejects.toMatchObject({ code: 'unsupported' })
    await expect(at(queueId, { action: 'park', target: 'orders' })).rejects.toMatchObject({
      code: 'bad_request',
    })
    expect(fake.queue).toHaveLength(5)
    expect(await backups()).toEqual([])
  })
})

describe('purge', () => {
  it('backs up and removes everything after the typed name', async () => {
    fake.queue = many(5)
    await expect(commands.purge('fake', queueId, { confirm: '' }, caller, call())).rejects.toMatchObject({
      code: 'bad_request',
    })
    const { removed, backup } = await commands.purge('fake', queueId, { confirm: 'orders' }, caller, call())
    expect(removed).toBe(5)
    expect(fake.queue).toEqual([])
    expect(await backups()).toMatchObject([{ id: backup, cause: 'purge', state: 'complete', messages: 5 }])
    const empty = await commands.purge('fake', queueId, { confirm: 'orders' }, caller, call())
    expect(empty).toMatchObject({ removed: 0, backup: expect.any(String) })
  })
})

describe('restore', () => {
  async function purged(count: number): Promise<{ id: string; before: BrokerMessage[] }> {
    fake.log = many(count)
    const before = [...fake.log]
    const { backup } = await commands.purge('fake', logId, { confirm: 'events' }, caller, call())
    return { id: backup, before }
  }
  const sentNames = () =>
    fake.sent.map(({ message }) => contentOf({ ...message, position: '', sizeBytes: 0 }))

  it('puts everything back byte for byte, in order, into its own partition, once', async () => {
    const { id, before } = await purged(250)
    expect(await commands.restore(id, caller, call())).toEqual({ restored: 250 })
    expect(sentNames()).toEqual(before.map(contentOf))
    expect(fake.sent[4]?.target).toEqual({ ref: { type: 'topic', name: 'events' }, partition: 1 })
    expect(fake.sent[4]?.message.from).toBe('sandbox')
    await expect(commands.restore(id, caller, call())).rejects.toMatchObject({ code: 'conflict' })
    expect(fake.sent).toHaveLength(250)
    expect(await backups()).toMatchObject([{ state: 'restored' }])
  })

  it('carries on after a refusal without sending anything twice', async () => {
    const { id, before } = await purged(250)
    const confirmed = { state: 'confirmed', detail: '' } as const
    fake.outcomeOf = (_, number) =>
      number === 120 ? { state: 'refused', code: 'rejected', reason: 'full' } : confirmed
    await expect(commands.restore(id, caller, call())).rejects.toMatchObject({
      code: 'conflict',
      detail: { confirmed: 199, inDoubt: 0 },
    })
    fake.outcomeOf = () => confirmed
    expect(await commands.restore(id, caller, call())).toEqual({ restored: 250 })
    const expected = before.map(contentOf)
    const repeated = sentNames().slice(200, 201)
    expect(repeated).toEqual([expected[120]])
    expect(fake.sent).toHaveLength(251)
  })

  it('tells of what was on its way when the process died, and sends that again only when asked again', async () => {
    const { id } = await purged(250)
    // As a kill leaves it: the second window stands in the journal, nothing of its outcome does.
    await storage.settings.set(
      `restore.${id}`,
      JSON.stringify({
        done: 100,
        window: { size: 100, confirmed: [], doubtful: [...Array(100).keys()], isTold: false },
      }),
    )
    await expect(commands.restore(id, caller, call())).rejects.toMatchObject({
      code: 'conflict',
      detail: { reason: 'in-doubt', confirmed: 100, inDoubt: 100 },
    })
    expect(fake.sent).toHaveLength(0)
    expect(await commands.restore(id, caller, call())).toEqual({ restored: 250 })
    expect(fake.sent).toHaveLength(150)
  })

  it('counts unknown outcomes apart, and resends only those', async () => {
    const { id } = await purged(10)
    fake.outcomeOf = (_, number) =>
      number === 4 ? { state: 'unknown', reason: 'went' } : { state: 'confirmed', detail: '' }
    await expect(commands.restore(id, caller, call())).rejects.toMatchObject({
      code: 'timeout',
      detail: { confirmed: 9, inDoubt: 1 },
    })
    fake.outcomeOf = () => ({ state: 'confirmed', detail: '' })
    expect(await commands.restore(id, caller, call())).toEqual({ restored: 10 })
    expect(fake.sent).toHaveLength(11)
  })

  it('refuses a second one at the same time, an unknown one, and a damaged one before anything is sent', async () => {
    const { id } = await purged(10)
    const [first, second] = await Promise.allSettled([
      commands.restore(id, caller, call()),
      commands.restore(id, caller, call()),
    ])
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected'])
    await expect(commands.restore('b-none', caller, call())).rejects.toMatchObject({ code: 'not_found' })
    const other = await purged(10)
    const sentBefore = fake.sent.length
    const { appendFile } = await import('node:fs/promises')
    const line = JSON.stringify({
      id: 'x',
      position: '',
      key: null,
      body: null,
      headers: [],
      properties: {},
      timestampMs: null,
      sizeBytes: 0,
    })
    await appendFile(join(directory, 'backups', `${other.id}.ndjson`), `${line}\n`)
    await expect(commands.restore(other.id, caller, call())).rejects.toMatchObject({ code: 'protocol' })
    expect(fake.sent).toHaveLength(sentBefore)
  })
})
