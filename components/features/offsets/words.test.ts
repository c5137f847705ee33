import { expect, test } from 'vitest'
import { type Draft, targetOf } from './words.ts'

const draft: Draft = { kind: 'earliest', time: '', offset: '', shift: '' }

test('what is typed becomes a target, or says what is wrong', () => {
  expect(targetOf(draft, true)).toEqual({ kind: 'earliest' })
  expect(targetOf({ ...draft, kind: 'time', time: '2026-07-30T09:01' }, true)).toEqual({
    kind: 'time',
    at: '2026-07-30T09:01:00.000Z',
  })
  expect(targetOf({ ...draft, kind: 'offset', offset: ' 9007199254740993 ' }, true)).toEqual({
    kind: 'offset',
    offset: '9007199254740993',
  })
  expect(targetOf({ ...draft, kind: 'offset', offset: '1526919030474-55' }, true)).toMatchObject({
    offset: '1526919030474-55',
  })
  expect(targetOf({ ...draft, kind: 'shift', shift: '-10' }, true)).toEqual({ kind: 'shift', by: -10 })
  for (const wrong of [
    { ...draft, kind: 'time', time: '' },
    { ...draft, kind: 'offset', offset: '-1' },
    { ...draft, kind: 'offset', offset: 'end' },
    { ...draft, kind: 'shift', shift: '0' },
    { ...draft, kind: 'shift', shift: '1.5' },
    { ...draft, kind: 'shift', shift: '99999999999999999999' },
  ] as const)
    expect(targetOf(wrong, true), JSON.stringify(wrong)).toMatchObject({ wrong: expect.any(String) })
})
