import { expect, test } from 'vitest'
import type { Reading } from '@/lib/schemas/reading'
import { gaugesOf } from './gauges.ts'

const bytes = (value: number): Reading => ({
  state: 'ok',
  value,
  unit: 'bytes',
  at: '2026-01-01T00:00:00.000Z',
  quality: 'exact',
})
const unknown: Reading = { state: 'unavailable', reason: 'down', at: '2026-01-01T00:00:00.000Z' }

test('a limit stands with what it limits, and what matters most first', () => {
  const gauges = gaugesOf({
    zebra: bytes(1),
    fileHandlesLimit: bytes(100),
    fileHandles: bytes(90),
    memory: bytes(5),
    memoryLimit: bytes(10),
  })
  expect(gauges.map(({ label, share }) => [label, share])).toEqual([
    ['Memory', 0.5],
    ['File handles', 0.9],
    ['Zebra', null],
  ])
})

test('free disk is judged the other way round: full is what leaves no more than the least', () => {
  expect(gaugesOf({ disk: bytes(400), diskLimit: bytes(100) })[0]).toMatchObject({
    isFree: true,
    share: 0.25,
  })
  expect(gaugesOf({ disk: bytes(50), diskLimit: bytes(100) })[0]).toMatchObject({ share: 1 })
  expect(gaugesOf({ disk: bytes(0), diskLimit: bytes(100) })[0]).toMatchObject({ share: 1 })
})

test('unknown is no share at all, and what a broker has not is not drawn', () => {
  expect(gaugesOf({ memory: unknown, memoryLimit: bytes(10) })[0]).toMatchObject({ share: null })
  expect(gaugesOf({ memory: bytes(5), memoryLimit: bytes(0) })[0]).toMatchObject({ share: null })
  expect(gaugesOf({ memory: { state: 'unsupported', reason: 'no' } })).toEqual([])
  const noLimit: Reading = { state: 'unsupported', reason: 'no limit is set' }
  expect(gaugesOf({ memory: bytes(5), memoryLimit: noLimit })[0]).toMatchObject({ limit: null, share: null })
})
