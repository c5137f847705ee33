import { describe, expect, it } from 'vitest'
import type { OkReading, Quality } from '../../../lib/schemas/reading.ts'
import type { HistoryRepository, HistoryRequest, HistorySubject } from '../contract/history.ts'

const reading = (value: number, quality: Quality = 'exact'): OkReading => ({
  state: 'ok',
  value,
  unit: 'messages',
  at: '2026-01-01T00:00:00.000Z',
  quality,
})
const queue = (readings: HistorySubject['readings'], incarnation?: string): HistorySubject => ({
  scope: 'destination',
  id: 'q',
  incarnation,
  readings,
})

/** What every history must do, whatever it is built on. `open` gives an empty one. */
export function describeHistory(name: string, open: () => Promise<HistoryRepository>): void {
  describe(`${name} history`, () => {
    const startMs = Date.now() - 3_600_000
    const everyMs = 15_000
    const at = (index: number) => startMs + index * everyMs
    const request: HistoryRequest = {
      broker: 'b',
      scope: 'destination',
      id: 'q',
      metric: 'depth',
      fromMs: startMs,
      toMs: startMs + 3_600_000,
      tier: 'raw',
    }
    const write = (history: HistoryRepository, index: number, ...subjects: HistorySubject[]) =>
      history.append({ broker: 'b', atMs: at(index), everyMs, subjects })

    it('answers what was told, with its unit, quality and beginning; unknown is a gap', async () => {
      const history = await open()
      await write(history, 0, queue({ depth: reading(0) }))
      await write(history, 1, queue({ depth: reading(7, 'estimated') }))
      await write(history, 2, queue({ depth: { state: 'unsupported', reason: 'no' } }))
      await write(history, 3, queue({ depth: reading(9) }), {
        scope: 'group',
        id: 'q',
        readings: { depth: reading(1) },
      })
      const { points, ...answer } = await history.read(request)
      expect(answer).toEqual({ unit: 'messages', sinceMs: startMs, tier: 'raw', breaks: [] })
      expect([...points.at]).toEqual([at(0), at(1), at(3)])
      expect([...points.average]).toEqual([0, 7, 9])
      expect([...points.quality]).toEqual([0, 2, 0])
      expect([...points.until]).toEqual([at(1), at(2), at(4)])
    })

    it('knows nothing of what was never told', async () => {
      const history = await open()
      await write(history, 0, queue({ depth: reading(1) }))
      for (const other of [{ broker: 'c' }, { id: 'r' }, { metric: 'lag' }, { scope: 'node' as const }]) {
        const { points, sinceMs, unit } = await history.read({ ...request, ...other })
        expect([points.at.length, sinceMs, unit]).toEqual([0, null, null])
      }
    })

    it('tells lives of one name apart', async () => {
      const history = await open()
      await write(history, 0, queue({ depth: reading(50) }, 'one'))
      await write(history, 1, queue({ depth: reading(1) }, 'two'))
      const { points, breaks } = await history.read(request)
      expect([[...points.average], breaks]).toEqual([[50, 1], [at(1)]])
    })

    it('takes the past only where it knows nothing yet', async () => {
      const history = await open()
      const past = (index: number) =>
        history.append({
          broker: 'b',
          atMs: at(index),
          everyMs,
          isPast: true,
          subjects: [queue({ depth: reading(index) })],
        })
      for (const index of [0, 1, 2]) await past(index)
      await write(history, 5, queue({ depth: reading(50) }))
      for (const index of [3, 4, 5, 6]) await past(index)
      const { points } = await history.read(request)
      expect([...points.average]).toEqual([0, 1, 2, 50, 6])
    })

    it('counts what it holds', async () => {
      const history = await open()
      await write(history, 0, queue({ depth: reading(1), ready: reading(1) }))
      await write(history, 1, queue({ depth: reading(1), ready: reading(1) }))
      expect(history.figures()).toMatchObject({
        liveSeries: 2,
        writtenSamples: 2,
        droppedSamples: 0,
        problems: [],
      })
      history.forget('b')
      await write(history, 2)
      expect(history.figures().liveSeries).toBe(0)
    })
  })
}
