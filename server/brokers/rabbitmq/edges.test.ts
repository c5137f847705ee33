import { describe, expect, it } from 'vitest'
import { findEdges } from './edges.ts'
import { readQueueFacts } from './facts.ts'
import { readBindings, readExchanges, topicMatches } from './routes.ts'

const queue = (name: string, args: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
  readQueueFacts({ name, vhost: '/', type: 'classic', arguments: args, consumers: 0, ...more }, null)
const deadTo = (exchange: string, key?: string, ttl?: number) => ({
  'x-dead-letter-exchange': exchange,
  ...(key === undefined ? {} : { 'x-dead-letter-routing-key': key }),
  ...(ttl === undefined ? {} : { 'x-message-ttl': ttl }),
})
const exchange = (name: string, type: string, args: Record<string, unknown> = {}) => ({
  name,
  vhost: '/',
  type,
  arguments: args,
})
const bind = (source: string, routing_key: string, destination: string, destination_type = 'queue') => ({
  vhost: '/',
  source,
  destination,
  destination_type,
  routing_key,
})

function edges(
  queues: ReturnType<typeof queue>[],
  exchanges: ReturnType<typeof exchange>[] = [],
  bindings: ReturnType<typeof bind>[] = [],
): string[] {
  const found = findEdges(queues, readExchanges(exchanges), readBindings(bindings))
  return found.map(({ from, to, role }) => `${from.name} ${role} ${to?.name ?? '-'}`)
}

describe('dead-letter edges', () => {
  it('lead by the default exchange to the queue of that name', () => {
    expect(edges([queue('a', deadTo('', 'dead')), queue('dead')])).toEqual(['a dead-letter dead'])
    expect(edges([queue('a', deadTo('', 'gone'))])).toEqual(['a dead-letter -'])
  })

  it('drop a reject that would only come back to its own queue by its own name', () => {
    expect(edges([queue('a', deadTo(''))])).toEqual(['a dead-letter -'])
  })

  it('follow the keys messages carry where no dead-letter key is set', () => {
    const queues = [queue('orders', deadTo('dlx')), queue('eu'), queue('us')]
    const bindings = [
      bind('shop', 'order.eu', 'orders'),
      bind('dlx', 'order.eu', 'eu'),
      bind('dlx', 'order.us', 'us'),
    ]
    expect(edges(queues, [exchange('dlx', 'direct'), exchange('shop', 'topic')], bindings)).toEqual([
      'orders dead-letter eu',
    ])
    const open = [bind('shop', 'order.*', 'orders'), ...bindings.slice(1)]
    expect(edges(queues, [exchange('dlx', 'topic'), exchange('shop', 'topic')], open)).toEqual([
      'orders dead-letter eu',
      'orders dead-letter us',
    ])
  })

  it('reach every queue behind fanout, headers, other exchanges and alternates', () => {
    const queues = [queue('a', deadTo('x', 'k')), queue('one'), queue('two'), queue('three')]
    const exchanges = [
      exchange('x', 'fanout'),
      exchange('y', 'headers'),
      exchange('z', 'direct', { 'alternate-exchange': 'last' }),
      exchange('last', 'fanout'),
    ]
    const bindings = [
      bind('x', '', 'one'),
      bind('x', '', 'y', 'exchange'),
      bind('y', '', 'two'),
      bind('x', '', 'z', 'exchange'),
      bind('last', '', 'three'),
    ]
    expect(edges(queues, exchanges, bindings)).toEqual([
      'a dead-letter one',
      'a dead-letter two',
      'a dead-letter three',
    ])
  })

  it('end when exchanges are bound in a circle', () => {
    const bindings = [bind('x', '', 'y', 'exchange'), bind('y', '', 'x', 'exchange')]
    const exchanges = [exchange('x', 'fanout'), exchange('y', 'fanout')]
    expect(edges([queue('a', deadTo('x'))], exchanges, bindings)).toEqual(['a dead-letter -'])
  })

  it('do not leave a stream, and stay in their vhost', () => {
    expect(edges([queue('s', deadTo('', 'd'), { type: 'stream' }), queue('d')])).toEqual([])
    expect(edges([queue('a', deadTo('', 'd')), queue('d', {}, { vhost: 'other' })])).toEqual([
      'a dead-letter -',
    ])
  })
})

describe('retry queues', () => {
  it.each([
    ['a circle with a waiting time', [queue('w', deadTo('', 'r')), queue('r', deadTo('', 'w', 9))]],
    [
      'a circle with the time on the messages',
      [queue('w', deadTo('', 'r'), { consumers: 2 }), queue('r', deadTo('', 'w'))],
    ],
    [
      'a circle whose work queue expires too',
      [queue('w', deadTo('', 'r', 99), { consumers: 2 }), queue('r', deadTo('', 'w', 9))],
    ],
  ])('%s', (_, queues) => {
    expect(edges(queues).toSorted()).toEqual(['r retry w', 'w dead-letter r'])
  })

  it('are also delays in front of a worker that is away, told by its own place for rejects', () => {
    const queues = [queue('delay', deadTo('', 'w', 9)), queue('w', deadTo('', 'w.dlq')), queue('w.dlq')]
    expect(edges(queues)).toContain('delay retry w')
  })

  it('are also delays in front of a worker', () => {
    expect(edges([queue('delay', deadTo('', 'w', 9)), queue('w', {}, { consumers: 1 })])).toEqual([
      'delay retry w',
    ])
  })

  it('are not work queues whose messages expire into a dead-letter queue', () => {
    const found = edges([queue('w', deadTo('', 'dlq', 9), { consumers: 0 }), queue('dlq')])
    expect(found).toEqual(['w dead-letter dlq'])
  })
})

it.each([
  ['a.*.c', 'a.b.c', true],
  ['a.*', 'a.b.c', false],
  ['a.#', 'a', true],
  ['a.#', 'a.b.c', true],
  ['#.c', 'a.b.c', true],
  ['#.b.#', 'a.b.c', true],
  ['*', '', true],
  ['a', 'b', false],
])('topic %s takes %s: %s', (pattern, key, expected) => {
  expect(topicMatches(pattern.split('.'), key.split('.'))).toBe(expected)
})
