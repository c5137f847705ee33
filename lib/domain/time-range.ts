/** Ends now and moves on, or lies in the past and does not. */
export type TimeRange =
  | { readonly kind: 'moving'; readonly id: RangeId; readonly spanMs: number }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number }

const minute = 60_000
const day = 1440 * minute

export const ranges = [
  { id: 'live', label: 'Live', words: 'the last 15 minutes', spanMs: 15 * minute },
  { id: '1h', label: '1 h', words: 'the last hour', spanMs: 60 * minute },
  { id: '6h', label: '6 h', words: 'the last 6 hours', spanMs: 360 * minute },
  { id: '24h', label: '24 h', words: 'the last 24 hours', spanMs: day },
  { id: '7d', label: '7 d', words: 'the last 7 days', spanMs: 7 * day },
  { id: '14d', label: '14 d', words: 'the last 14 days', spanMs: 14 * day },
  { id: '90d', label: '90 d', words: 'the last 90 days', spanMs: 90 * day },
  { id: '13mo', label: '13 mo', words: 'the last 13 months', spanMs: 396 * day },
] as const
export type RangeId = (typeof ranges)[number]['id']

/** A shorter one would show a point or two. */
export const leastSpanMs = 10_000
const live: TimeRange = { kind: 'moving', id: 'live', spanMs: 15 * minute }

/** As it stands in an address: the name of a range, or `<time>..<time>`. What cannot be read is live. */
export function parseRange(text: string | null): TimeRange {
  const named = ranges.find(({ id }) => id === text)
  if (named) return { kind: 'moving', id: named.id, spanMs: named.spanMs }
  const [from, to] = (text ?? '').split('..').map((part) => Date.parse(part))
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to)) return live
  return to - from >= leastSpanMs ? { kind: 'fixed', fromMs: from, toMs: to } : live
}

/** Null for what needs no word in an address. */
export function printRange(range: TimeRange): string | null {
  if (range.kind === 'moving') return range.id === 'live' ? null : range.id
  return `${stamp(range.fromMs)}..${stamp(range.toMs)}`
}

/** What a person dragged over: whole seconds, and never less than can be drawn. */
export function fixedRange(oneMs: number, otherMs: number): TimeRange {
  const fromMs = Math.floor(Math.min(oneMs, otherMs) / 1000) * 1000
  const toMs = Math.ceil(Math.max(oneMs, otherMs) / 1000) * 1000
  const missing = Math.max(0, leastSpanMs - (toMs - fromMs))
  return { kind: 'fixed', fromMs: fromMs - missing / 2, toMs: toMs + missing / 2 }
}

/** Whether a range shows more than the next shorter one, of a history that begins at `sinceMs`. */
export function hasData(spanMs: number, sinceMs: number, nowMs: number): boolean {
  const shorter = ranges.findLast((one) => one.spanMs < spanMs)
  return !shorter || nowMs - sinceMs > shorter.spanMs
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.000Z$/, 'Z')
}
