import type { Drawn } from '../model.ts'

/** A series of one value a second from the epoch on. */
export function drawn(values: readonly (number | null)[], rest: Partial<Drawn> = {}): Drawn {
  return {
    points: values.map((value, index) => [index * 1000, value]),
    low: [...values],
    high: [...values],
    estimated: [],
    breaks: [],
    stepMs: 1000,
    tier: 'raw',
    quality: 'exact',
    unit: 'messages',
    ...rest,
  }
}
