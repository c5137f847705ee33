import { describe, expect, it, vi } from 'vitest'
import type { BrokerState } from '../../lib/schemas/broker.ts'
import { deadLetterQueueSchema } from '../../lib/schemas/dead-letter.ts'
import type { Destination } from '../../lib/schemas/destination.ts'
import type { Reading } from '../../lib/schemas/reading.ts'
import {
  type BrokerConnection,
  BrokerError,
  type BrokerMessage,
  type Caller,
  type DestinationInfo,
  encodeRef,
  newCall,
  ok,
} from '../brokers/contract/index.ts'
import { plainTraits } from '../brokers/testing/plain-traits.ts'
import { createDeadLetters, detectDeadLetters, type KnownBroker, readFailure } from './index.ts'
import type { KnownDestination } from './ports.ts'
import { headers, message } from './testing/messages.ts'

const at = 1_700_000_000_000
const caller: Caller = { actor: 'ada', via: 'session', permissions: new Set(['brokers.read']), auditId: null }
const dead = headers({ 'kafka_dlt-original-topic': 'orders', 'kafka_dlt-exception-fqcn': 'a.Oops' })

interface Place {
  name: string
  depth?: number
  effect?: 'none' | 'sets-redelivered'
  messages?: BrokerMessage[] | Error
}

function world(
  brokers: Record<string, { state?: BrokerState; places: Place[] | null; settles?: 'marks' | 'removes' }>,
) {
  const looks: string[] = []
  const settled = new Map<string, number>()
  let nowMs = at
  const infoOf = ({ name, effect = 'none' }: Place): DestinationInfo => ({
    ref: { type: 'topic', name },
    internal: false,
    abilities: { browse: { level: 'full', effects: [{ code: effect, detail: '' }] } },
  })
  const known = (id: string): KnownBroker<KnownDestination> => {
    const { state = 'up', places } = brokers[id] ?? { places: null }
    const infos = places?.map(infoOf) ?? []
    const roles = detectDeadLetters(infos, [], engine.sightingsOf(id))
    const rows = infos.map((info, index): KnownDestination => {
      const key = encodeRef(info.ref)
      const depth = places?.[index]?.depth
      return {
        id: key,
        info,
        readings: depth === undefined ? {} : { depth: ok(depth, 'messages', at) },
        deadLetter: roles.get(key) ?? { isDeadLetter: false, evidence: [], origins: [] },
      }
    })
    const problems = id === 'partial' ? [{ scope: 'v', code: 'forbidden', message: 'refused' }] : []
    return {
      id,
      kind: 'kafka',
      label: id.toUpperCase(),
      environment: 'staging',
      mode: 'read-write',
      state,
      reason: state === 'down' ? 'connection refused' : null,
      rows: places ? rows : null,
      problems,
    }
  }
  const connection = (id: string): Partial<BrokerConnection> => ({
    browse: {
      read: async (ref, request) => {
        looks.push(`${id}/${ref.name}`)
        expect(request.limit).toBeLessThanOrEqual(20)
        const given = brokers[id]?.places?.find((place) => place.name === ref.name)?.messages ?? []
        if (given instanceof Error) throw given
        return {
          messages: given,
          next: null,
          effects: [],
          scanned: { messages: given.length, bytes: 0, ranges: [], stoppedBy: 'end' },
          problems: [],
        }
      },
      get: () => Promise.reject(new Error('not asked')),
    },
    claim: { settlesOf: () => brokers[id]?.settles ?? 'marks' } as unknown as NonNullable<
      BrokerConnection['claim']
    >,
  })
  const onSightings = vi.fn<(broker: string) => void>()
  const silent = () => undefined
  const engine = createDeadLetters<KnownDestination>({
    brokers: () => Object.keys(brokers).map(known),
    freshen: async () => undefined,
    present: (broker, row): Destination => ({
      id: row.id,
      name: row.info.ref.name,
      type: row.info.ref.type,
      state: 'running',
      internal: false,
      readings: row.readings,
      deadLetter: row.deadLetter,
      abilities: {},
      links: { self: `/api/v1/brokers/${broker}/destinations/${row.id}` },
    }),
    findBroker: (id) => {
      if (!brokers[id]) throw new BrokerError('not_found', 'no such broker')
      const { kind, label, environment, mode } = known(id)
      return {
        id,
        kind,
        label,
        environment,
        mode,
        address: 'x',
        traits: plainTraits,
        as: () => connection(id) as BrokerConnection,
      }
    },
    readFailure,
    replays: { countSettled: async (broker, id) => settled.get(`${broker}/${id}`) ?? 0 },
    onSightings,
    now: () => nowMs,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { engine, looks, settled, onSightings, pass }
}
const list = (engine: ReturnType<typeof world>['engine'], query: Record<string, unknown> = {}) =>
  engine.list({ limit: 100, ...query }, caller, newCall(1_000))
const value = (reading: Reading | undefined) => (reading?.state === 'ok' ? reading.value : reading?.state)

describe('list', () => {
  it('shows the dead-letter destinations of all brokers, in one order, with whose they are', async () => {
    const { engine } = world({
      b: {
        places: [
          { name: 'orders.dlq', depth: 3 },
          { name: 'orders', depth: 9 },
        ],
      },
      a: { places: [{ name: 'x-dlt', depth: 1 }], settles: 'removes' },
    })
    const page = await list(engine)
    expect(page.items.map((item) => `${item.broker}/${item.name}`)).toEqual(['a/x-dlt', 'b/orders.dlq'])
    expect(page).toMatchObject({ total: 2, nextCursor: null, problems: [] })
    for (const item of page.items) expect(deadLetterQueueSchema.safeParse(item).error).toBeUndefined()
    expect(page.items[1]).toMatchObject({ brokerLabel: 'B', brokerKind: 'kafka', environment: 'staging' })
    expect(page.items[1]?.deadLetter.origins[0]?.name).toBe('orders')
  })

  it('counts what is open: all of a queue, of a log what is not marked', async () => {
    const name = 'orders.dlq'
    const { engine, settled } = world({
      log: { places: [{ name, depth: 10 }] },
      queue: { places: [{ name, depth: 10 }], settles: 'removes' },
      unread: { places: [{ name }] },
    })
    settled.set(`log/${encodeRef({ type: 'topic', name })}`, 3)
    const counts = (await list(engine)).items.map((item) => item.counts)
    expect(counts.map((one) => [value(one.messages), value(one.replayed), value(one.open)])).toEqual([
      [10, 3, 7],
      [10, 'unsupported', 10],
      ['unavailable', 0, 'unavailable'],
    ])
  })

  it('pages without missing or repeating a row, whatever goes meanwhile', async () => {
    const places = Array.from({ length: 25 }, (_, n) => ({
      name: `q${String(n).padStart(2, '0')}.dlq`,
      depth: 1,
    }))
    const { engine } = world({ a: { places } })
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await list(engine, { limit: 10, ...(cursor ? { cursor } : {}) })
      names.push(...page.items.map((item) => item.name))
      if (names.length === 10) places.splice(9, 1)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(names).toHaveLength(25)
    expect(new Set(names).size).toBe(25)
    await expect(list(engine, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'bad_request' })
  })

  it('filters by part of the name and by broker', async () => {
    const { engine } = world({
      a: { places: [{ name: 'Orders.dlq' }, { name: 'bills.dlq' }] },
      b: { places: [{ name: 'orders.dlq' }] },
    })
    expect((await list(engine, { q: 'ORDERS' })).items).toHaveLength(2)
    expect((await list(engine, { q: 'orders', broker: 'b' })).total).toBe(1)
    expect((await list(engine, { filter: 'orders broker=b' })).total).toBe(1)
    await expect(list(engine, { filter: 'waiting>' })).rejects.toMatchObject({
      code: 'bad_request',
      detail: { column: 9 },
    })
    await expect(list(engine, { broker: 'none' })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('names brokers that are down beside their last values, and those never read', async () => {
    const { engine } = world({
      down: { state: 'down', places: [{ name: 'orders.dlq', depth: 2 }] },
      never: { state: 'connecting', places: null },
      partial: { places: [] },
    })
    const page = await list(engine)
    expect(page.items).toHaveLength(1)
    expect(page.items[0]?.brokerState).toBe('down')
    expect(page.problems.map(({ scope, code }) => `${scope} ${code}`)).toEqual([
      'down broker_unreachable',
      'never broker_unreachable',
      'partial/v forbidden',
    ])
    await expect(list(engine, { broker: 'never' })).rejects.toMatchObject({ code: 'unreachable' })
  })
})

describe('looking at headers', () => {
  it('finds a dead-letter topic no name tells, with the origin its messages name', async () => {
    const { engine, onSightings } = world({
      a: {
        places: [
          { name: 'graveyard', depth: 2, messages: [message(dead), message(dead)] },
          { name: 'orders', depth: 5, messages: [message([])] },
        ],
      },
    })
    expect((await list(engine)).items).toHaveLength(0)
    await engine.look()
    const [found] = (await list(engine)).items
    expect(found?.deadLetter).toMatchObject({
      evidence: [{ rule: 'headers' }],
      origins: [{ name: 'orders', via: 'header kafka_dlt-original-topic' }],
    })
    expect(onSightings).toHaveBeenCalledExactlyOnceWith('a')
  })

  it('never looks where a look has an effect, at the empty, or at a broker that is down', async () => {
    const { engine, looks } = world({
      a: {
        places: [
          { name: 'queue.dlq', depth: 3, effect: 'sets-redelivered' },
          { name: 'empty', depth: 0 },
        ],
      },
      b: { state: 'down', places: [{ name: 'x', depth: 3 }] },
    })
    await engine.look()
    expect(looks).toEqual([])
  })

  it('looks at twenty a round, likely names first, and not again within ten minutes', async () => {
    const places = Array.from({ length: 30 }, (_, n) => ({
      name: `t${n}`,
      depth: 1,
      messages: [message([])],
    }))
    const { engine, looks, pass } = world({ a: { places: [...places, { name: 't.dlq', depth: 1 }] } })
    await engine.look()
    expect(looks).toHaveLength(20)
    expect(looks[0]).toBe('a/t.dlq')
    await engine.look()
    await engine.look()
    expect(looks).toHaveLength(31)
    pass(11 * 60_000)
    await engine.look()
    expect(looks).toHaveLength(51)
  })

  it('needs half of them to speak, and of names without a standard an origin', async () => {
    const errorLog = message(headers({ error: 'ValueError: x' }))
    const { engine } = world({
      a: {
        places: [
          { name: 'mixed', depth: 3, messages: [message(dead), message([]), message([])] },
          { name: 'logs', depth: 1, messages: [errorLog] },
        ],
      },
    })
    await engine.look()
    expect(engine.sightingsOf('a')).toEqual([])
  })

  it('survives a refused look, gives up a round when the broker is gone, and ends with stop', async () => {
    const { engine, looks } = world({
      a: {
        places: [
          { name: 'a.dlq', depth: 1, messages: new BrokerError('forbidden', 'no') },
          { name: 'b.dlq', depth: 1, messages: new BrokerError('unreachable', 'gone') },
          { name: 'c.dlq', depth: 1, messages: [message(dead)] },
        ],
      },
    })
    await engine.look()
    expect(looks).toEqual(['a/a.dlq', 'a/b.dlq'])
    await engine.stop()
    await engine.look()
    expect(looks).toHaveLength(2)
  })
})
