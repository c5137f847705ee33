import type { Reading } from '../schemas/reading.ts'

/** The value where it is known now; null for whatever is not, and for one that is only remembered. */
export function knownValue(reading: Reading | undefined): number | null {
  return reading?.state === 'ok' ? reading.value : null
}
