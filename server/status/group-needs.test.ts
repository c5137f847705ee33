import { expect, test } from 'vitest'
import type { Need } from '../../lib/schemas/need.ts'
import { groupNeeds, type Root } from './group-needs.ts'
import type { OpenNeed } from './need-book.ts'
import { judgedOf } from './testing/fakes.ts'

const need = (more: Partial<Need>, rest: Partial<OpenNeed> = {}): OpenNeed => {
  const { verdict, subject } = judgedOf(more.state ?? 'stopped')
  return {
    need: { ...verdict, id: 'n', broker: 'b', subject, affects: [], acknowledged: null, ...more },
    lossInMs: null,
    weight: 0,
    ...rest,
  }
}
const root: Root = { broker: 'b', label: 'Shop', href: '/brokers/b', groups: 60, destinations: 12 }
const roots = new Map([['b', root]])
const broker = { kind: 'broker', id: 'b', name: 'Shop' } as const

test('what hangs below a broker that is down stands with it', () => {
  const found = groupNeeds(
    [
      need({ id: 'g' }),
      need({ id: 'd', state: 'dead-letters' }),
      need({ id: 'r', state: 'down', subject: broker }),
    ],
    roots,
  )
  expect(found.map((one) => [one.id, one.affects])).toEqual([
    ['r', ['60 groups unknown', '12 destinations unknown', '2 troubles below it']],
  ])
})

test('one that is blocked is read all the same: what is below it is counted, not called unknown', () => {
  const found = groupNeeds([need({ id: 'g' }), need({ id: 'r', state: 'blocked', subject: broker })], roots)
  expect(found.map((one) => one.affects)).toEqual([['1 trouble below it']])
})

test('one that is only degraded swallows nothing', () => {
  expect(
    groupNeeds([need({ id: 'g' }), need({ id: 'r', state: 'degraded', subject: broker })], roots),
  ).toHaveLength(2)
})

test('a broker that is degraded by what a node of it says is told of once', () => {
  const words = { state: 'degraded', sentence: 'Disk alarm.' } as const
  const found = groupNeeds(
    [
      need({ id: 'r', ...words, subject: broker }),
      need({ id: 'n', ...words, subject: { kind: 'node', id: 'a', name: 'rabbit@a' } }),
      need({ id: 'o', ...words, broker: 'c', subject: { kind: 'broker', id: 'c', name: 'Other' } }),
    ],
    roots,
  )
  expect(found.map((one) => one.id).sort()).toEqual(['n', 'o'])
})

test('the order is the time until messages are lost, then the severity, then how much it is', () => {
  const found = groupNeeds(
    [
      need({ id: 'small' }, { weight: 1 }),
      need({ id: 'warn', state: 'lagging', level: 'warn' }, { weight: 99 }),
      need({ id: 'later' }, { lossInMs: 9_000 }),
      need({ id: 'big' }, { weight: 50 }),
      need({ id: 'soon', state: 'lagging', level: 'warn' }, { lossInMs: 5_000 }),
    ],
    roots,
  )
  expect(found.map((one) => one.id)).toEqual(['soon', 'later', 'big', 'small', 'warn'])
})

test('many of one sort are one row of their broker', () => {
  const many = Array.from({ length: 6 }, (_, index) =>
    need(
      { id: `n-${index}`, subject: { kind: 'destination', id: `q${index}`, name: `q${index}` } },
      { weight: index },
    ),
  )
  const found = groupNeeds(many, roots)
  expect(found).toMatchObject([
    {
      id: 'all.destination.stopped.b',
      subject: broker,
      sentence: 'Most of all q5, q4, q3.',
      affects: ['6 destinations: stopped'],
      next: { label: 'Open broker', href: '/brokers/b' },
    },
  ])
  expect(groupNeeds(many.slice(1), roots)).toHaveLength(5)
})
