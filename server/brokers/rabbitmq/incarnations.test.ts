import { expect, test } from 'vitest'
import { Incarnations } from './incarnations.ts'

const where = { epoch: 'a@1', isAlone: true, nowMs: 1_000 }
const signs = (reductions: number | undefined, published?: number, source = 'page') => ({
  reductions,
  published,
  source,
})
const see = (book: Incarnations, ...[first, ...rest]: ReturnType<typeof signs>[]) => {
  if (first) book.see('q', first, where)
  return rest.map((next) => book.see('q', next, where).isNew)
}

test('the work of a process that fell belongs to another queue', () => {
  const book = new Incarnations()
  expect(see(book, signs(500), signs(600), signs(80), signs(90))).toEqual([false, true, false])
  expect(book.of('q')).toEqual({ id: '1000', mark: '1000/0' })
})

test('not where the node began anew, another source spoke, or a leader may have moved', () => {
  const restarted = new Incarnations()
  restarted.see('q', signs(500), where)
  expect(restarted.see('q', signs(8), { ...where, epoch: 'a@2' }).isNew).toBe(false)
  expect(see(new Incarnations(), signs(500), signs(80, undefined, 'prometheus'))).toEqual([false])
  const cluster = new Incarnations()
  cluster.see('q', signs(500), { ...where, isAlone: false })
  expect(cluster.see('q', signs(8), { ...where, isAlone: false }).isNew).toBe(false)
})

test('one made anew may tell nothing at first', () => {
  expect(see(new Incarnations(), signs(500), signs(undefined), signs(80))).toEqual([false, true])
})

test('a count that was set back begins anew, in the same queue', () => {
  const book = new Incarnations()
  expect(see(book, signs(500, 40), signs(600, 3))).toEqual([false])
  expect(book.of('q')).toEqual({ id: undefined, mark: '/1' })
})

test('one that was away for a sweep is another when it is back; after a restart nothing is away', () => {
  const book = new Incarnations()
  see(book, signs(500))
  book.sweep(new Set(), 'a@2')
  expect(see(book, signs(500), signs(501))).toEqual([false])
  book.sweep(new Set(['other']), 'a@1')
  expect(book.see('q', signs(900), where).isNew).toBe(true)
  expect(book.of('q').id).toBe('1000')
})

test('a closer look that finds less than the last sweep is a count set back', () => {
  const book = new Incarnations()
  see(book, signs(500, 40))
  book.glimpse('q', 41, 'page')
  book.glimpse('q', 3, 'other')
  expect(book.of('q').mark).toBe('/0')
  book.glimpse('q', 3, 'page')
  expect(book.of('q').mark).toBe('/1')
})
