import { ByteReader, ByteWriter } from './bytes.ts'

/** When a broker was read, and when it was to be read next. */
export interface Tick {
  readonly atMs: number
  readonly everyMs: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** Raw readings are put together by segments, minutes by windows, hours by days. All begin at UTC boundaries. */
export const segmentMs = 10 * minuteMs
export const windowMs = 4 * hourMs
export const rollUps = {
  minute: { stepMs: minuteMs, spanMs: windowMs, length: windowMs / minuteMs },
  hour: { stepMs: hourMs, spanMs: dayMs, length: 24 },
} as const

export const floorTo = (ms: number, stepMs: number) => Math.floor(ms / stepMs) * stepMs

/** Not at its time to the millisecond: a sample that comes a little late leaves no gap. */
export function standsUntil({ atMs, everyMs }: Tick, nextMs: number | undefined): number {
  const latest = atMs + everyMs + Math.max(everyMs, 2_000)
  return nextMs !== undefined && nextMs <= latest ? nextMs : atMs + everyMs
}

export function encodeTicks(ticks: readonly Tick[]): Uint8Array {
  const writer = new ByteWriter()
  writer.varint(ticks.length)
  let before: Tick = { atMs: 0, everyMs: 0 }
  for (const tick of ticks) {
    writer.zigzag(tick.atMs - before.atMs)
    writer.zigzag(tick.everyMs - before.everyMs)
    before = tick
  }
  return writer.take()
}

export function decodeTicks(bytes: Uint8Array): Tick[] {
  const reader = new ByteReader(bytes)
  let before: Tick = { atMs: 0, everyMs: 0 }
  return Array.from({ length: reader.varint() }, () => {
    before = { atMs: before.atMs + reader.zigzag(), everyMs: before.everyMs + reader.zigzag() }
    return before
  })
}
