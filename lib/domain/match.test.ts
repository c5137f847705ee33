import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchKinds, matchName, matchPlain, rankAll, type Source } from './match.ts'

const sourceOf = (names: readonly string[], rank = 0): Source<string> => ({
  names,
  rankAt: () => rank,
  itemAt: (index) => names[index] ?? '',
})
const found = (names: readonly string[], query: string, limit = 10) =>
  rankAll([sourceOf(names)], query, limit).map(({ item }) => item)

describe('how a name fits', () => {
  it.each([
    ['orders.dlq', 'orders.dlq', 'exact'],
    ['orders.dlq', 'ord', 'prefix'],
    ['orders.dlq', 'dlq', 'word'],
    ['shop/orders', 'ord', 'word'],
    ['preorders.orders', 'orders', 'word'],
    ['größe-straße', 'straße', 'word'],
    ['äorders', 'orders', 'substring'],
    ['reorders', 'orders', 'substring'],
    ['orders.dlq', 'odlq', 'subsequence'],
    ['orders.dlq', 'dlq orders', 'word'],
    ['preorders.dlq', 'dlq orders', 'substring'],
    ['orders.dlq', 'dlq payments', null],
    ['orders', 'x', null],
    ['orders', 'o', 'prefix'],
    ['xyz', 'z', 'substring'],
    ['abc', 'cba', null],
    ['', 'a', null],
    ['a', 'aa', null],
  ] as const)('%s for %s: %s', (name, query, kind) => {
    expect(matchName(name, query)).toBe(kind)
  })

  it('takes hostile names and queries as text: no pattern, no path, no property', () => {
    const names = [
      '.*',
      '(a+)+$',
      '..',
      '__proto__',
      'constructor',
      '\u0000\u0007',
      '\u202eqld.sredro',
      '%2F',
      '🧾🧾',
      '<b>',
    ]
    for (const name of names) {
      expect(found(names, name), JSON.stringify(name)).toEqual([name])
    }
  })

  it('does not take half a character for a whole one', () => {
    expect(matchName('🧾orders', 'orders')).toBe('word')
    expect(matchName('𝐀orders', 'orders')).toBe('substring')
  })

  it('is quick on what would make a pattern backtrack', () => {
    const name = 'a'.repeat(60_000)
    const began = performance.now()
    expect(matchName(name, `${'a'.repeat(190)}b`)).toBeNull()
    expect(matchPlain(`${name}b`, 'b')).toBe('substring')
    expect(performance.now() - began).toBeLessThan(500)
  })

  it('agrees with what the words mean, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (name, query) => {
        const kind = matchName(name, query)
        if (name === query) expect(kind).toBe('exact')
        else if (name.startsWith(query)) expect(kind).toBe('prefix')
        else if (name.includes(query)) expect(['word', 'substring']).toContain(kind)
        else if (kind !== null && !/\s/u.test(query)) expect(kind).toBe('subsequence')
      }),
    )
  })
})

describe('the order of what is found', () => {
  it('is kind, rank, length, name', () => {
    const names = ['xordersx', 'new.orders', 'orders.dlq', 'orders', 'o.r.d.e.r.s', 'orders.a', 'orders.b']
    expect(found(names, 'orders')).toEqual([
      'orders',
      'orders.a',
      'orders.b',
      'orders.dlq',
      'new.orders',
      'xordersx',
      'o.r.d.e.r.s',
    ])
    const two = rankAll([sourceOf(['orders-long'], 0), sourceOf(['orders.z'], 3)], 'orders', 5)
    expect(two.map(({ item }) => item)).toEqual(['orders-long', 'orders.z'])
  })

  it('is the same however few are asked for, and in whatever order they come', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[abo.]{1,6}$/), { maxLength: 200 })
    fc.assert(
      fc.property(
        names,
        fc.stringMatching(/^[abo.]{1,3}$/),
        fc.integer({ min: 1, max: 5 }),
        (all, query, limit) => {
          const whole = all
            .flatMap((name) => {
              const kind = matchName(name, query)
              return kind ? [{ name, kind: matchKinds.indexOf(kind) }] : []
            })
            .sort((a, b) => a.kind - b.kind || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
            .map(({ name }) => name)
          expect(found(all, query, limit)).toEqual(whole.slice(0, limit))
          expect(found([...all].reverse(), query, limit)).toEqual(whole.slice(0, limit))
        },
      ),
    )
  })
})

it('ten brokers of 10,000 names give the best 50, whatever is asked', () => {
  const sources = Array.from({ length: 10 }, (_, broker) =>
    sourceOf(
      Array.from(
        { length: 10_000 },
        (_, i) => `team-${i % 97}.service-${i % 401}.orders.${broker}.${i}${i % 9 ? '' : '.dlq'}`,
      ),
    ),
  )
  for (const query of [
    'orders',
    'o',
    'team-96.service-7',
    'tsod',
    'nothing at all',
    'zzzzzz',
    'dlq 9999',
    '9.9999',
  ]) {
    const few = rankAll(sources, query, 50)
    expect(few.length, query).toBeLessThanOrEqual(50)
    // What a short list leaves out is never better than what it holds.
    expect(rankAll(sources, query, 200).slice(0, few.length), query).toEqual(few)
  }
})
