import { type Forecast, latestOf } from '@/components/charts'
import type { Reading } from '@/lib/schemas/reading'
import type { Series } from '@/lib/schemas/series'

/** How much of what is shown may lie ahead. */
const mostAhead = 0.3

/**
 * From the last known lag straight to nothing, where the group drains at its rates; cut off where the chart ends.
 * Null: it does not drain, has nothing to drain, or one of the two is not known.
 */
export function forecastOf(
  lag: Series | undefined,
  timeToDrain: Reading | undefined,
  spanMs: number,
): Pick<Forecast, 'points'> | null {
  const latest = lag ? latestOf(lag) : null
  if (!latest || timeToDrain?.state !== 'ok' || timeToDrain.value <= 0 || latest[1] <= 0) return null
  const [fromMs, value] = latest
  const drainMs = timeToDrain.value * 1000
  const aheadMs = Math.min(drainMs, spanMs * mostAhead)
  return {
    points: [
      [fromMs, value],
      [fromMs + aheadMs, value * (1 - aheadMs / drainMs)],
    ],
  }
}
