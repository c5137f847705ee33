import { describe, expect, it } from 'vitest'
import { type DestinationType, deadLetterInfoSchema } from '../../lib/schemas/destination.ts'
import { type DeadLetterEdge, type DestinationInfo, encodeRef } from '../brokers/contract/index.ts'
import type { HeaderSighting } from './contract.ts'
import { detectDeadLetters } from './detect.ts'
import { guessByName } from './names.ts'

/** `type:name`, or a name of a queue in vhost `/`. */
function refOf(spec: string): DestinationInfo['ref'] {
  const match = /^(topic|stream|list|channel|exchange|queue)=(.+)$/.exec(spec)
  const type = (match?.[1] ?? 'queue') as DestinationType
  const name = match?.[2] ?? spec
  return type === 'topic' ? { type, name } : { type, name, namespace: type === 'queue' ? '/' : '0' }
}
const info = (spec: string): DestinationInfo => ({
  ref: refOf(spec),
  internal: spec.startsWith('amq.'),
  abilities: {},
})

/** `a>b` rejects, `a~b` lets wait and gives back, `a>` drops. */
function edgeOf(spec: string, rule: 'topology' | 'configured' | 'name' = 'topology'): DeadLetterEdge {
  const isRetry = spec.includes('~')
  const [from = '', to = ''] = spec.split(/[>~]/)
  return {
    from: refOf(from),
    to: to === '' ? null : refOf(to),
    role: isRetry ? 'retry' : 'dead-letter',
    via: 'dead-letter-exchange dlx',
    evidence: { rule, detail: `${from} sends rejects to ${to || 'nowhere'}` },
  }
}
const seen = (spec: string, ...origins: string[]): HeaderSighting => ({
  ref: refOf(spec),
  reader: 'spring-kafka',
  origins: origins.map((name) => ({ name, header: 'kafka_dlt-original-topic' })),
})

interface Case {
  name: string
  have: string[]
  edges?: DeadLetterEdge[]
  sightings?: HeaderSighting[]
  look: string
  is: boolean
  role?: string
  rules?: string[]
  origins?: string[]
  target?: string
}

const cases: Case[] = [
  { name: 'an ordinary queue', have: ['orders'], look: 'orders', is: false, rules: [], origins: [] },
  {
    name: 'topology makes a DLQ whatever its name',
    have: ['orders', 'bin'],
    edges: [edgeOf('orders>bin')],
    look: 'bin',
    is: true,
    role: 'dead-letter',
    rules: ['topology'],
    origins: ['orders'],
  },
  {
    name: 'its origin knows the target and is none',
    have: ['orders', 'bin'],
    edges: [edgeOf('orders>bin')],
    look: 'orders',
    is: false,
    target: 'bin',
  },
  {
    name: 'a DLQ shared by two, each an origin',
    have: ['a', 'b', 'bin'],
    edges: [edgeOf('a>bin'), edgeOf('b>bin')],
    look: 'bin',
    is: true,
    origins: ['a', 'b'],
  },
  {
    name: 'topology, headers and name together, in this order',
    have: ['orders', 'orders.dlq'],
    edges: [edgeOf('orders>orders.dlq')],
    sightings: [seen('orders.dlq', 'orders')],
    look: 'orders.dlq',
    is: true,
    rules: ['topology', 'headers', 'name'],
    origins: ['orders'],
  },
  {
    name: 'the waiting queue of a retry loop is role retry',
    have: ['orders', 'orders.wait'],
    edges: [edgeOf('orders>orders.wait'), edgeOf('orders.wait~orders')],
    look: 'orders.wait',
    is: false,
    role: 'retry',
    rules: ['topology', 'topology'],
    origins: ['orders'],
    target: 'orders',
  },
  {
    name: 'also when it is called DLQ',
    have: ['orders', 'orders.dlq'],
    edges: [edgeOf('orders>orders.dlq'), edgeOf('orders.dlq~orders')],
    look: 'orders.dlq',
    is: false,
    role: 'retry',
  },
  {
    name: 'the origin that gets expired messages back is none',
    have: ['orders', 'orders.wait'],
    edges: [edgeOf('orders>orders.wait'), edgeOf('orders.wait~orders')],
    look: 'orders',
    is: false,
    rules: [],
  },
  {
    name: 'nor is one called so that only gets them back',
    have: ['delay', 'jobs.failed', 'jobs'],
    edges: [edgeOf('delay~jobs.failed')],
    look: 'jobs.failed',
    is: false,
    rules: ['topology'],
  },
  {
    name: 'a delay queue nobody rejects into is role retry',
    have: ['delay', 'work'],
    edges: [edgeOf('delay~work')],
    look: 'delay',
    is: false,
    role: 'retry',
    target: 'work',
  },
  {
    name: 'a DLQ that also gets expired messages back stays one',
    have: ['orders', 'wait', 'bin'],
    edges: [edgeOf('orders>bin'), edgeOf('wait~bin')],
    look: 'bin',
    is: true,
    origins: ['orders'],
  },
  {
    name: 'the name is not enough where its own rejects go elsewhere',
    have: ['payments', 'payments.failed', 'bin'],
    edges: [edgeOf('payments.failed>bin')],
    look: 'payments.failed',
    is: false,
    rules: ['topology'],
    target: 'bin',
  },
  {
    name: 'nor where its rejects are dropped',
    have: ['error-reports-dlq'],
    edges: [edgeOf('error-reports-dlq>')],
    look: 'error-reports-dlq',
    is: false,
    rules: ['topology', 'topology'],
  },
  {
    name: 'headers are not enough for a working queue: what was replayed carries old ones',
    have: ['orders', 'bin'],
    edges: [edgeOf('orders>bin')],
    sightings: [seen('orders', 'invoices')],
    look: 'orders',
    is: false,
    rules: ['topology'],
  },
  {
    name: 'a DLQ with a DLQ of its own',
    have: ['orders', 'bin', 'vault'],
    edges: [edgeOf('orders>bin'), edgeOf('bin>vault')],
    look: 'bin',
    is: true,
    origins: ['orders'],
    target: 'vault',
  },
  {
    name: 'parking by its name',
    have: ['orders', 'orders.parking-lot'],
    edges: [edgeOf('orders>orders.parking-lot')],
    look: 'orders.parking-lot',
    is: true,
    role: 'parking',
  },
  {
    name: 'where we park',
    have: ['orders', 'orders.parked'],
    look: 'orders.parked',
    is: true,
    role: 'parking',
  },
  {
    name: 'rejects that are dropped are said at their origin',
    have: ['orders'],
    edges: [edgeOf('orders>')],
    look: 'orders',
    is: false,
    rules: ['topology'],
  },
  {
    name: 'a queue that sends rejects to itself is none',
    have: ['loop'],
    edges: [edgeOf('loop>loop')],
    look: 'loop',
    is: false,
  },
  {
    name: 'an exchange holds nothing',
    have: ['exchange=orders.dlx'],
    look: 'exchange=orders.dlx',
    is: false,
    rules: [],
  },
  { name: 'nor does a channel', have: ['channel=errors'], look: 'channel=errors', is: false },
  {
    name: 'headers alone, with the origin they name',
    have: ['topic=orders', 'topic=graveyard'],
    sightings: [seen('topic=graveyard', 'orders')],
    look: 'topic=graveyard',
    is: true,
    rules: ['headers'],
    origins: ['orders'],
  },
  {
    name: 'headers that name the topic itself are its own returns',
    have: ['topic=orders'],
    sightings: [seen('topic=orders', 'orders')],
    look: 'topic=orders',
    is: false,
    rules: [],
  },
  {
    name: 'headers that name an origin that is gone',
    have: ['topic=graveyard'],
    sightings: [seen('topic=graveyard', 'gone')],
    look: 'topic=graveyard',
    is: true,
    origins: ['gone'],
  },
  {
    name: 'configured beats a name',
    have: ['stream=orders', 'stream=bin'],
    edges: [edgeOf('stream=orders>stream=bin', 'configured')],
    look: 'stream=bin',
    is: true,
    rules: ['configured'],
  },
  {
    name: 'an edge by name alone is evidence by name',
    have: ['stream=orders', 'stream=orders:dead'],
    edges: [edgeOf('stream=orders>stream=orders:dead', 'name')],
    look: 'stream=orders:dead',
    is: true,
    rules: ['name'],
    origins: ['orders'],
  },
  {
    name: 'an edge by name does not make its source a working queue',
    have: ['stream=a:dlq', 'stream=a:dlq:dead', 'stream=a'],
    edges: [edgeOf('stream=a:dlq>stream=a:dlq:dead', 'name')],
    look: 'stream=a:dlq',
    is: true,
  },
  {
    name: 'Spring Kafka 3.3 suffix',
    have: ['topic=orders', 'topic=orders-dlt'],
    look: 'topic=orders-dlt',
    is: true,
    origins: ['orders'],
  },
  {
    name: 'Spring Kafka older suffix',
    have: ['topic=orders', 'topic=orders.DLT'],
    look: 'topic=orders.DLT',
    is: true,
    origins: ['orders'],
  },
  {
    name: 'Quarkus prefix',
    have: ['topic=dead-letter-topic-in'],
    look: 'topic=dead-letter-topic-in',
    is: true,
    rules: ['name'],
  },
  {
    name: 'Spring Cloud Stream: error.<destination>.<group>',
    have: ['topic=orders', 'topic=error.orders.billing'],
    look: 'topic=error.orders.billing',
    is: true,
    origins: ['orders'],
  },
  {
    name: 'MassTransit error queue beside its queue',
    have: ['orders', 'orders_error'],
    look: 'orders_error',
    is: true,
    origins: ['orders'],
  },
  { name: 'MassTransit skipped queue', have: ['orders', 'orders_skipped'], look: 'orders_skipped', is: true },
  {
    name: 'a business event named after failure, nothing beside it',
    have: ['topic=payment.failed'],
    look: 'topic=payment.failed',
    is: false,
  },
  { name: 'a log of errors', have: ['topic=errors'], look: 'topic=errors', is: false },
  {
    name: 'the word inside a word is nothing',
    have: ['topic=deadline', 'topic=terrors'],
    look: 'topic=deadline',
    is: false,
  },
  {
    name: 'a retry topic by name waits',
    have: ['topic=orders', 'topic=orders-retry-0'],
    look: 'topic=orders-retry-0',
    is: false,
    role: 'retry',
    rules: ['name'],
    origins: ['orders'],
  },
  {
    name: 'a retry topic whose messages carry failure headers still waits',
    have: ['topic=orders', 'topic=orders-retry'],
    sightings: [seen('topic=orders-retry', 'orders')],
    look: 'topic=orders-retry',
    is: false,
    role: 'retry',
  },
  {
    name: 'retry in a name with nothing beside it',
    have: ['topic=http-retry'],
    look: 'topic=http-retry',
    is: false,
    rules: [],
  },
  {
    name: 'a Redis hash tag',
    have: ['stream=orders', 'stream={orders}:dlq'],
    look: 'stream={orders}:dlq',
    is: true,
    origins: ['orders'],
  },
]

describe('detectDeadLetters', () => {
  it.each(cases)('$name', ({ have, edges = [], sightings = [], look, is, role, rules, origins, target }) => {
    const found = detectDeadLetters(have.map(info), edges, sightings)
    const result = found.get(encodeRef(refOf(look)))
    expect(found.size).toBe(have.length)
    expect(deadLetterInfoSchema.safeParse(result).error).toBeUndefined()
    expect(result).toMatchObject({ isDeadLetter: is, ...(role ? { role } : {}) })
    if (!is && !role) expect(result).not.toHaveProperty('role')
    if (rules) expect(result?.evidence.map((item) => item.rule)).toEqual(rules)
    if (origins) expect(result?.origins.map((origin) => origin.name)).toEqual(origins)
    if (target) expect(result?.target?.name).toBe(target)
    for (const item of result?.evidence ?? []) expect(item.detail.length).toBeGreaterThan(10)
  })

  it('gives origins that exist their id, and no id to those that are gone', () => {
    const found = detectDeadLetters(
      [info('orders'), info('bin')],
      [edgeOf('orders>bin'), edgeOf('gone>bin')],
      [],
    )
    expect(found.get(encodeRef(refOf('bin')))?.origins).toEqual([
      { id: encodeRef(refOf('orders')), name: 'orders', namespace: '/', via: 'dead-letter-exchange dlx' },
      { name: 'gone', namespace: '/', via: 'dead-letter-exchange dlx' },
    ])
  })

  it('keeps namespaces apart', () => {
    const here = { type: 'queue', name: 'orders_error', namespace: 'a' } as const
    const there = { type: 'queue', name: 'orders', namespace: 'b' } as const
    const list = [here, there].map((ref) => ({ ref, internal: false, abilities: {} }))
    expect(detectDeadLetters(list, [], []).get(encodeRef(here))?.isDeadLetter).toBe(false)
  })

  it('judges 10,000 destinations quickly', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => info(n % 2 ? `q${n}` : `q${n + 1}.dlq`))
    const edges = Array.from({ length: 5_000 }, (_, n) => edgeOf(`q${2 * n + 1}>q${2 * n + 1}.dlq`))
    const started = performance.now()
    const found = detectDeadLetters(many, edges, [])
    expect(performance.now() - started).toBeLessThan(4_000)
    expect([...found.values()].filter((one) => one.isDeadLetter)).toHaveLength(5_000)
  })
})

describe('guessByName', () => {
  it('reads no name for long', () => {
    const started = performance.now()
    for (const part of ['-', '.dlq', 'dead-', 'error.', '_'])
      expect(guessByName(part.repeat(100).slice(0, 500))).toBeDefined()
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
