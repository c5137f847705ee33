import type { Stop } from '../desk.ts'

const tickMs = 100
/** More than this in flight, and the broker is the slow one: what is left out was never sold. */
const maxInFlight = 300

/**
 * Calls `send` `rateOf()` times a second until stopped, whatever the rate is at that moment. A producer that
 * outruns its broker fills memory, so what is in flight is bounded. Stopping waits for the last confirmation.
 */
export function keepPace(
  rateOf: () => number,
  send: () => Promise<void>,
  onError: (error: unknown) => void,
): Stop {
  const inFlight = new Set<Promise<void>>()
  let owed = 0
  const timer = setInterval(() => {
    // At most one second is caught up: a paused process must not burst when it wakes.
    owed = Math.min(owed + (rateOf() * tickMs) / 1000, Math.max(1, rateOf()))
    for (; owed >= 1; owed -= 1) {
      if (inFlight.size >= maxInFlight) continue
      const sent: Promise<void> = send()
        .catch(onError)
        .finally(() => inFlight.delete(sent))
      inFlight.add(sent)
    }
  }, tickMs)
  return async () => {
    clearInterval(timer)
    await Promise.all(inFlight)
  }
}
