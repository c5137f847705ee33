import { describe, expect, it } from 'vitest'
import { idOf, messageOf, placeOfId, placeOfPosition, positionOf, recordOf, topicOf } from './map.ts'

const times = { fromMs: 1_000, toMs: 5_000 }
const message = { key: null, body: null, headers: [], properties: {}, timestampMs: null, from: null }

describe('messages of Kafka', () => {
  it('are named by partition and offset', () => {
    const place = { partition: 3, offset: 2n ** 63n - 1n }
    expect(placeOfId(idOf(place))).toEqual(place)
    expect(placeOfPosition(positionOf(place))).toEqual(place)
    for (const id of ['', '3', '3:4', '-1-4', '3-9223372036854775808', '3-4-5', 'x-1'])
      expect(placeOfId(id)).toBeNull()
  })

  it('keep duplicate headers, nulls and bytes that are no text', () => {
    const headers = [
      [Buffer.from('a'), Buffer.from('1')],
      [Buffer.from('a'), null],
      [Buffer.from('b'), Buffer.from([0xff])],
    ] as const
    const shown = messageOf(0, { offset: 1n, timestampMs: -1, key: null, value: Buffer.from('v'), headers })
    expect(shown.headers).toEqual([
      { name: 'a', type: 'string', value: '1' },
      { name: 'a', type: 'null', value: null },
      { name: 'b', type: 'bytes', value: '/w==' },
    ])
    expect(shown.timestampMs).toBeNull()
    const written = recordOf({ ...message, headers: shown.headers }, 2_000, times)
    expect(written.headers.map(([, value]) => value && Buffer.from(value))).toEqual(
      headers.map(([, value]) => value),
    )
  })

  it('keep their time only where the topic takes and keeps it', () => {
    const at = (timestampMs: number | null, from: 'kafka' | null = 'kafka') =>
      recordOf({ ...message, timestampMs, from }, 2_000, times).timestampMs
    expect([at(1_000), at(5_000), at(999), at(5_001), at(null)]).toEqual([1_000, 5_000, 2_000, 2_000, 2_000])
    expect([at(1_000, null), at(null, null)]).toEqual([1_000, 2_000])
    expect(() => at(999, null)).toThrow('1970-01-01T00:00:00.999Z')
  })

  it('lie in topics only', () => {
    expect(topicOf({ type: 'topic', name: 't' })).toBe('t')
    expect(() => topicOf({ type: 'queue', name: 'q' })).toThrow('no queue')
    expect(() => topicOf({ type: 'topic', name: 't', namespace: 'n' })).toThrow()
  })
})
