import { describe, expect, it } from 'vitest'
import type { SearchHit } from '@/lib/schemas/search'
import { entryOf, pathOf, readVerb, verbsOf } from './hits.ts'

const full = { level: 'full' } as const
const dlq: SearchHit = {
  kind: 'destination',
  id: 'abc/..',
  name: 'orders.dlq',
  broker: 'shop',
  brokerLabel: 'Shop',
  environment: 'production',
  type: 'queue',
  isDeadLetter: true,
  match: 'exact',
  abilities: { browse: full, publish: full, claim: full },
  links: {},
}

describe('the verbs of what was found', () => {
  it('are those its broker can do, and a replay only where dead letters lie', () => {
    expect(verbsOf(dlq)).toEqual(['open', 'messages', 'publish', 'replay'])
    expect(verbsOf({ ...dlq, isDeadLetter: false })).toEqual(['open', 'messages', 'publish'])
    const none = { level: 'none', reason: 'read-only' } as const
    expect(verbsOf({ ...dlq, abilities: { browse: full, publish: none, claim: none } })).toEqual([
      'open',
      'messages',
    ])
    expect(verbsOf({ ...dlq, abilities: {} })).toEqual(['open'])
    expect(verbsOf({ ...dlq, type: 'exchange', isDeadLetter: false })).toEqual(['open', 'publish'])
  })

  it('are addresses, with the id encoded whatever it holds', () => {
    expect(pathOf(dlq, 'publish')).toBe('/brokers/shop/destinations/abc%2F..?tab=publish')
    expect(pathOf(dlq, 'replay')).toBe('/brokers/shop/destinations/abc%2F..?tab=messages&replay=all')
    expect(pathOf({ ...dlq, kind: 'group' }, 'open')).toBe('/brokers/shop/groups/abc%2F..')
    expect(pathOf({ ...dlq, kind: 'replay' }, 'open')).toBe('/replays/abc%2F..')
  })

  it('stand behind the line; the line itself opens', () => {
    const went: string[] = []
    const entry = entryOf(dlq, 'open', (path) => went.push(path))
    entry.run()
    entry.more?.at(-1)?.run()
    expect(went).toEqual([pathOf(dlq, 'open'), pathOf(dlq, 'replay')])
    expect(entryOf({ ...dlq, abilities: {} }, 'open', () => undefined).more).toBeUndefined()
  })
})

it.each([
  ['orders', 'open', 'orders'],
  ['publish orders', 'publish', 'orders'],
  ['Publish to  orders ', 'publish', 'orders'],
  ['replay orders.dlq', 'replay', 'orders.dlq'],
  ['look at x', 'messages', 'x'],
  ['replay', 'open', 'replay'],
  ['replay ', 'open', 'replay'],
  ['replays', 'open', 'replays'],
] as const)('%s means %s', (typed, verb, rest) => {
  expect(readVerb(typed)).toEqual({ verb, rest })
})
