import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OkReading, Quality } from '../../../../../lib/schemas/reading.ts'
import type { SeriesTier } from '../../../../../lib/schemas/series.ts'
import type { HistorySample } from '../../../contract/history.ts'
import { ChangeBook } from '../change-book.ts'
import { HistoryStore } from '../store.ts'
import { segmentMs } from '../times.ts'

export const reading = (value: number, quality: Quality = 'exact'): OkReading => ({
  state: 'ok',
  value,
  unit: 'messages',
  at: '2026-01-01T00:00:00.000Z',
  quality,
})

export interface StoreBench {
  readonly folder: string
  readonly problems: readonly string[]
  readonly store: HistoryStore
  write(sample: HistorySample): void
  /** Everything that is due then. */
  maintain(nowMs: number): void
  /** As a process that died: nothing is closed, the next one opens the same folder. */
  reopen(): void
  /** What is known of the depth of queue `q`: time and value. */
  read(fromMs: number, toMs: number, tier?: SeriesTier): { at: number[]; values: number[]; breaks: number[] }
  files(): string[]
  remove(): void
}

/** A store without its thread, in a folder of its own, that waits for no disk. */
export function openStore(options: { maxBytes?: number; segmentLength?: number } = {}): StoreBench {
  const { maxBytes = 1e9, segmentLength = segmentMs } = options
  const folder = join(mkdtempSync(join(tmpdir(), 'signalbox-history-')), 'history')
  const problems: string[] = []
  const onProblem = (sentence: string) => void problems.push(sentence)
  const open = () => new HistoryStore({ folder, maxBytes, segmentLength, isDurable: false, onProblem })
  let store = open()
  let book = new ChangeBook(segmentLength, 200_000)
  return {
    folder,
    problems,
    get store() {
      return store
    },
    write(sample) {
      const { broker, atMs, everyMs } = sample
      const { defines, ...difference } = book.take(sample)
      store.define({ broker, atMs, subjects: defines })
      store.append({ broker, atMs, everyMs, ...difference })
    },
    maintain(nowMs) {
      for (const _ of store.maintain(nowMs));
    },
    reopen() {
      store = open()
      book = new ChangeBook(segmentLength, 200_000)
    },
    read(fromMs, toMs, tier = 'raw') {
      const request = { broker: 'b', scope: 'destination', id: 'q', metric: 'depth' } as const
      const { points, breaks } = store.read({ ...request, fromMs, toMs, tier })
      return { at: [...points.at], values: [...points.average], breaks: [...breaks] }
    },
    files: () => readdirSync(folder),
    remove() {
      store.close()
      rmSync(join(folder, '..'), { recursive: true, force: true })
    },
  }
}

/** One sample of queue `q`; null: it was not known. */
export function sampleOf(
  atMs: number,
  depth: number | null,
  more: Partial<HistorySample> & { incarnation?: string } = {},
): HistorySample {
  const { incarnation, ...rest } = more
  const readings = depth === null ? {} : { depth: reading(depth) }
  return {
    broker: 'b',
    atMs,
    everyMs: 15_000,
    subjects: [{ scope: 'destination', id: 'q', incarnation, readings }],
    ...rest,
  }
}
