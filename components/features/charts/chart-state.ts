import { type Caution, type ChartLine, type ChartState, gapWords, latestOf } from '@/components/charts'
import type { TimeRange } from '@/lib/domain/time-range'
import { formatDuration, formatStamp, type Zone } from '@/lib/format/time'
import type { Series } from '@/lib/schemas/series'

/** What is known of one line of a chart. */
export interface LineResult {
  readonly data: Series | undefined
  readonly isPending: boolean
  /** In words, when the last try failed and nothing is drawn of an earlier one. */
  readonly failure: string | null
}

/** What a chart is in: drawn as soon as one of its lines has a value. */
export function stateOf(
  unsupported: string | null,
  lines: readonly LineResult[],
  zone: Zone,
  onRetry: () => void,
): ChartState {
  if (unsupported !== null) return { kind: 'unsupported', reason: unsupported }
  if (lines.some(({ data }) => data && latestOf(data) !== null)) return { kind: 'ready' }
  const failed = lines.find(({ failure, data }) => failure !== null && !data)
  if (failed?.failure) return { kind: 'failed', words: failed.failure, onRetry }
  if (lines.some(({ isPending, data }) => isPending && !data)) return { kind: 'loading' }
  const since = lines.flatMap(({ data }) => data?.since ?? []).sort()[0]
  return {
    kind: 'none',
    words: since
      ? `Nothing was read in this time. What is kept begins ${formatStamp(since, zone)}.`
      : 'Nothing was kept of it so far.',
  }
}

const leastStaleMs = 20_000

/** What is to be known before the lines are trusted, the weightiest first. */
export function cautionsOf(
  lines: readonly ChartLine[],
  range: TimeRange,
  toMs: number,
  { isPaused, failure, zone }: { isPaused: boolean; failure: string | null; zone: Zone },
): Caution[] {
  const cautions: Caution[] = []
  const add = (word: string, title: string, tone: Caution['tone'] = 'neutral') =>
    cautions.push({ word, title, tone })
  if (failure !== null) add('not refreshed', failure, 'warn')
  const newest = Math.max(...lines.map(({ series }) => latestOf(series)?.[0] ?? 0))
  const stepMs = Math.max(0, ...lines.map(({ series }) => series.stepMs))
  const ageMs = toMs - newest - stepMs
  if (range.kind === 'moving' && newest > 0 && ageMs > Math.max(leastStaleMs, 2 * stepMs))
    add(
      'stale',
      `The last value is of ${formatStamp(new Date(newest).toISOString(), zone)}, ${formatDuration(toMs - newest)} before the end`,
      'warn',
    )
  if (isPaused && range.kind === 'moving') add('paused', 'Live updates are paused: this does not move')
  if (lines.some(({ series }) => series.estimated.length > 0))
    add('estimated', 'Dashed where values were estimated, not read')
  const gaps = gapWords(lines)
  if (gaps) add(gaps, 'Nothing is known of the times left open')
  return cautions
}
