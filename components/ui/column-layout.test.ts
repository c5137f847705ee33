import { expect, test } from 'vitest'
import { fitColumns } from './column-layout.ts'

const columns = [
  { id: 'name', narrow: 'title' },
  { id: 'type', width: '120px', narrow: 'aside' },
  { id: 'depth', width: '100px', narrow: 'meta' },
  { id: 'bytes', width: '100px', narrow: 'hidden', initial: 'hidden' },
  { id: 'rejects', width: '190px', narrow: 'hidden' },
  { id: 'note', width: '200px', narrow: 'hidden' },
] as const
const none = { widths: {}, shown: {} }
const ids = (room: number, layout: Parameters<typeof fitColumns>[1] = none) =>
  fitColumns(columns, layout, room).map((column) => column.id)

test('with room enough every column stands that is not hidden from the start', () => {
  expect(ids(2000)).toEqual(['name', 'type', 'depth', 'rejects', 'note'])
  expect(ids(0)).toEqual(['name', 'type', 'depth', 'rejects', 'note'])
})

test('the least important give way from the right; name and type stay', () => {
  expect(ids(700)).toEqual(['name', 'type', 'depth', 'rejects'])
  expect(ids(450)).toEqual(['name', 'type', 'depth'])
  expect(ids(100)).toEqual(['name', 'type'])
})

test('what a person chose counts', () => {
  expect(ids(2000, { widths: {}, shown: { bytes: true, note: false } })).toEqual([
    'name',
    'type',
    'depth',
    'bytes',
    'rejects',
  ])
  expect(ids(820, { widths: { type: 300 }, shown: {} })).toEqual(['name', 'type', 'depth', 'rejects'])
})
