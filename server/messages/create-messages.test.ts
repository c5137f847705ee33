import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import type { MessageEvent } from '../../lib/api/queries.ts'
import { messagePageSchema, messageSchema } from '../../lib/schemas/message.ts'
import { type BrokerMessage, encodeRef, newCall } from '../brokers/contract/index.ts'
import type { Messages } from '../runtime/contract.ts'
import { createMessages } from './create-messages.ts'
import type { MessagePorts, ShownFailure } from './ports.ts'
import { callerWith, FakeBroker, logId, messageOf, queueId } from './testing/fake-broker.ts'

const caller = callerWith()
let fake: FakeBroker
let now: number
let ports: MessagePorts

const failure: ShownFailure = {
  failure: { origin: { destination: 'orders' }, reason: 'exception', reader: 'generic', evidence: [] },
}

beforeEach(() => {
  fake = new FakeBroker()
  now = 1_000
  ports = {
    findBroker: fake.find,
    openFailureReader:
      () =>
      ({ headers }) =>
        headers.some(({ name }) => name === 'error') ? failure : null,
    replays: { findByMessages: async () => new Map() },
    now: () => now,
  }
})

const open = (): Messages & { forget(broker: string): void } => createMessages(ports)
const many = (count: number, text = (n: number) => `message ${n}`): BrokerMessage[] =>
  Array.from({ length: count }, (_, n) => messageOf(text(n), { id: `0-${n}`, position: String(n) }))

describe('a page', () => {
  it('shows what the driver found, its effects and what it scanned', async () => {
    fake.queue = [
      messageOf('{"a":1}', { headers: [{ name: 'error', type: 'string', value: 'x' }] }),
      messageOf('two'),
    ]
    ports = {
      ...ports,
      replays: {
        findByMessages: async (_b, _s, ids) =>
          new Map([[ids[1] ?? '', { run: 'r1', row: 7, state: 'settled', runState: 'completed', atMs: 5 }]]),
      },
    }
    const page = await open().page('fake', queueId, { limit: 50 }, caller, newCall(5_000))
    expect(messagePageSchema.parse(JSON.parse(JSON.stringify(page)))).toEqual(page)
    expect(page).toMatchObject({
      nextCursor: null,
      effects: [{ code: 'counts-delivery' }],
      scanned: { messages: 2, stoppedBy: 'end' },
    })
    expect(page.items[0]).toMatchObject({ body: { json: { a: 1 } }, deadLetter: { reason: 'exception' } })
    expect(page.items[1]).toMatchObject({
      replayed: { run: 'r1', row: 7, state: 'done', at: '1970-01-01T00:00:00.005Z' },
    })
  })

  it('goes on with the cursor alone, and with 8 MiB as the bound of bodies', async () => {
    fake.log = many(30)
    const query = { limit: 10, from: 'oldest', partition: 3 }
    const first = await open().page('fake', logId, query, caller, newCall(5_000))
    await open().page('fake', logId, { ...query, cursor: first.nextCursor ?? '' }, caller, newCall(5_000))
    expect(fake.reads).toEqual([
      { from: { kind: 'oldest' }, partition: 3, limit: 10, maxBytes: 8 * 1024 * 1024 },
      { cursor: '10', limit: 10, maxBytes: 8 * 1024 * 1024 },
    ])
  })

  it('refuses in order: no such destination, a time that does not exist, no such facet with its reason', async () => {
    fake.without = ['browse']
    const at = (id: string, from?: string) =>
      open().page('fake', id, { limit: 1, ...(from === undefined ? {} : { from }) }, caller, newCall(5_000))
    await expect(at('no-id')).rejects.toMatchObject({ code: 'not_found' })
    await expect(at(encodeRef({ type: 'queue', name: 'absent' }))).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(at(queueId, '2026-99-99')).rejects.toMatchObject({ code: 'bad_request' })
    await expect(at(queueId)).rejects.toMatchObject({ code: 'unsupported', message: 'the fake has none' })
    await expect(open().page('other', queueId, { limit: 1 }, caller, newCall(5_000))).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('needs the permission to read messages', async () => {
    fake.queue = [messageOf('secret')]
    const nobody = callerWith(['brokers.read'])
    await open().page('fake', queueId, { limit: 1 }, caller, newCall(5_000))
    await expect(open().page('fake', queueId, { limit: 1 }, nobody, newCall(5_000))).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('a filter', () => {
  it('looks at keys, headers at any depth, properties and bodies, as they lie there and unwrapped', async () => {
    const nested = {
      name: 'outer',
      type: 'table',
      value: [{ name: 'inner', type: 'string', value: 'NEEDLE' }],
    } as const
    fake.log = [
      ...many(3),
      messageOf('a', { id: '1', key: Buffer.from('the needle') }),
      messageOf('b', { id: '2', headers: [{ ...nested, value: [...nested.value] }] }),
      messageOf('c', { id: '3', properties: { correlationId: 'needle-7' } }),
      messageOf('d', { id: '4', body: gzipSync('in a haystack a needle') }),
      messageOf('e', { id: '5', body: null }),
    ]
    const page = await open().page('fake', logId, { limit: 50, filter: 'Needle' }, caller, newCall(5_000))
    expect(page.items.map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
    expect(page.scanned).toMatchObject({ messages: 8, stoppedBy: 'end' })
  })

  it('reads on, stops exactly after the last match of a page, and loses none over the pages', async () => {
    fake.log = many(5_000, (n) => (n % 97 === 0 ? `wanted ${n}` : `other ${n}`))
    const found: string[] = []
    let cursor: string | null | undefined
    let scanned = 0
    do {
      const query = { limit: 7, filter: 'wanted', ...(cursor ? { cursor } : {}) }
      const page = await open().page('fake', logId, query, caller, newCall(5_000))
      expect(page.items.length).toBeLessThanOrEqual(7)
      if (page.nextCursor !== null) expect(page.scanned.stoppedBy).toBe('limit')
      found.push(...page.items.map(({ id }) => id))
      scanned += page.scanned.messages
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(found).toEqual(fake.log.filter((_, n) => n % 97 === 0).map(({ id }) => id))
    expect(scanned).toBe(5_000)
  })

  it('looks once where a look has effects, and answers how to go on', async () => {
    fake.queue = many(100)
    const page = await open().page('fake', queueId, { limit: 20, filter: 'nowhere' }, caller, newCall(5_000))
    expect(page).toMatchObject({
      items: [],
      nextCursor: '20',
      scanned: { messages: 20, stoppedBy: 'limit', ranges: [{ from: '0', to: '20' }] },
    })
    expect(fake.looks).toBe(1)
  })
})

describe('one message', () => {
  it('is opened from the look that listed it, for a while and not after a write', async () => {
    fake.queue = [messageOf('listed')]
    const id = fake.queue[0]?.id ?? ''
    const messages = open()
    await messages.page('fake', queueId, { limit: 5 }, caller, newCall(5_000))
    const shown = await messages.get('fake', queueId, id, caller, newCall(5_000))
    expect(messageSchema.parse(JSON.parse(JSON.stringify(shown)))).toMatchObject({ body: { text: 'listed' } })
    await messages.body('fake', queueId, id, caller, newCall(5_000))
    expect(fake.looks).toBe(1)
    await expect(messages.get('fake', queueId, id, callerWith([]), newCall(5_000))).rejects.toMatchObject({
      code: 'forbidden',
    })
    messages.forget('fake')
    await messages.get('fake', queueId, id, caller, newCall(5_000))
    expect(fake.looks).toBe(2)
    now += 121_000
    await messages.get('fake', queueId, id, caller, newCall(5_000))
    expect(fake.looks).toBe(3)
  })

  it('is looked at anew where looking leaves no trace', async () => {
    fake.log = many(1)
    const messages = open()
    await messages.page('fake', logId, { limit: 5 }, caller, newCall(5_000))
    await messages.get('fake', logId, '0-0', caller, newCall(5_000))
    await messages.get('fake', logId, '0-0', caller, newCall(5_000))
    expect(fake.looks).toBe(3)
    await expect(messages.get('fake', logId, '0-1', caller, newCall(5_000))).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('gives its body in chunks, byte for byte, and has none where there is none', async () => {
    const body = Buffer.alloc(300_000, 'abcdefg')
    fake.log = [messageOf('', { id: 'a', body }), messageOf('', { id: 'b', body: null })]
    const { bytes, size } = await open().body('fake', logId, 'a', caller, newCall(5_000))
    const chunks = await Array.fromAsync(bytes)
    expect(size).toBe(300_000)
    expect(Buffer.concat(chunks).equals(body)).toBe(true)
    expect(Math.max(...chunks.map((chunk) => chunk.byteLength))).toBe(65_536)
    await expect(open().body('fake', logId, 'b', caller, newCall(5_000))).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('following', () => {
  async function* arrivals(messages: readonly BrokerMessage[]) {
    for (const message of messages) {
      await new Promise((resolve) => setTimeout(resolve, 1))
      yield message
    }
  }
  const collect = async (stream: AsyncIterable<MessageEvent>) => Array.fromAsync(stream)

  it('sends what matches until its limit, and tells what it looked at', async () => {
    fake.arrivals = arrivals(many(20))
    const query = { filter: 'message 1', limit: 3 }
    const events = await collect(await open().stream('fake', logId, query, caller, newCall(5_000)))
    expect(events[0]).toMatchObject({ event: 'progress' })
    const texts = events.flatMap((event) => (event.event === 'message' ? event.data.body?.text : []))
    expect(texts).toEqual(['message 1', 'message 10', 'message 11'])
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { messages: 12, stoppedBy: 'limit' } })
  })

  it('asks the driver for the next only when the reader took the last', async () => {
    let given = 0
    fake.arrivals = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: messageOf(`n${given++}`) }),
      }),
    }
    const stream = await open().stream('fake', logId, {}, caller, newCall(5_000))
    const iterator = stream[Symbol.asyncIterator]()
    for (let n = 0; n < 5; n += 1) await iterator.next()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(given).toBeLessThanOrEqual(5)
    await iterator.return?.()
  })

  it('ends with its call', async () => {
    const stop = new AbortController()
    fake.arrivals = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((resolve) =>
            stop.signal.addEventListener('abort', () => resolve({ done: true, value: undefined })),
          ),
      }),
    }
    const stream = await open().stream('fake', logId, {}, caller, newCall(60_000, stop.signal))
    setTimeout(() => stop.abort(), 20)
    const events = await collect(stream)
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { messages: 0, stoppedBy: 'cancelled' } })
  })

  it('says before the first event what cannot be followed', async () => {
    const at = (id: string, query: object) => open().stream('fake', id, query, caller, newCall(5_000))
    await expect(at(encodeRef({ type: 'topic', name: 'absent' }), {})).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(at(logId, { from: '2026-02-30' })).rejects.toMatchObject({ code: 'bad_request' })
    await expect(at(logId, { from: 'oldest' })).rejects.toMatchObject({ code: 'unsupported' })
    await expect(at(logId, { partition: 3 })).rejects.toMatchObject({ code: 'bad_request' })
    fake.without = ['tail']
    await expect(at(logId, {})).rejects.toMatchObject({ code: 'unsupported', message: 'the fake has none' })
  })
})
