import { Server } from 'lucide-react'
import { expect, it } from 'vitest'
import { choose, toSections } from './choose.ts'
import type { Entry } from './entry.ts'

const entry = (label: string, section = 'Acts', words?: string): Entry => ({
  id: label,
  section,
  icon: Server,
  label,
  ...(words ? { words } : {}),
  run: () => undefined,
})
const all = [
  entry('Dead letters', 'Pages'),
  entry('Audit', 'Pages'),
  entry('Sign out', 'Acts', 'log out leave'),
  entry('Shop', 'Brokers', 'shop-rabbit'),
]
const labels = (typed: string) => choose(all, typed).map(({ label }) => label)

it('shows everything until something is typed, then what fits', () => {
  expect(labels('  ')).toHaveLength(4)
  expect(labels('DEAD')).toEqual(['Dead letters'])
  expect(labels('letters')).toEqual(['Dead letters'])
  expect(labels('rabbit')).toEqual(['Shop'])
  expect(labels('log out')).toEqual(['Sign out'])
  expect(labels('out')).toEqual(['Sign out'])
})

it('leaves out what fits by single letters alone', () => {
  expect(labels('dltrs')).toEqual([])
  expect(labels('orders.dlq')).toEqual([])
})

it('keeps a section together, in the place of its best line', () => {
  const sections = toSections([entry('b1', 'Brokers'), entry('d1', 'Destinations'), entry('b2', 'Brokers')])
  expect(sections.map(({ title, entries }) => [title, entries.length])).toEqual([
    ['Brokers', 2],
    ['Destinations', 1],
  ])
})
