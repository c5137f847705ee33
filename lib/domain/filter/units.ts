/** What a number field counts in; a value is written with these units. */
export type UnitKind = 'count' | 'bytes' | 'duration' | 'rate'

const thousands = { '': 1, k: 1e3, m: 1e6, g: 1e9 }
const factors: Record<UnitKind, Readonly<Record<string, number>>> = {
  count: thousands,
  rate: { ...thousands, '/s': 1, 'k/s': 1e3 },
  bytes: {
    ...thousands,
    b: 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    tb: 1e12,
    kib: 1024,
    mib: 1024 ** 2,
    gib: 1024 ** 3,
  },
  // Milliseconds.
  duration: { ms: 1, s: 1e3, m: 60e3, min: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 },
}

export const unitExamples: Readonly<Record<UnitKind, string>> = {
  count: 'a number such as 100, 5k or 2M',
  rate: 'a number a second such as 0.5, 100 or 5k',
  bytes: 'a size such as 512B, 64kB, 10MB or 2GB',
  duration: 'a duration such as 5s, 2m, 1h or 3d',
}

/** The number in messages, bytes or milliseconds; null when the text is none. Units in any case. */
export function readNumber(text: string, kind: UnitKind): number | null {
  const match = /^(-?\d+(?:\.\d+)?)([a-z/]*)$/i.exec(text)
  if (!match) return null
  const value = Number(match[1])
  const unit = (match[2] ?? '').toLowerCase()
  const known = factors[kind]
  const factor = Object.hasOwn(known, unit) ? known[unit] : undefined
  if (factor === undefined) return kind === 'duration' && unit === '' && value === 0 ? 0 : null
  return value * factor
}

/** ISO 8601, or the day alone; without an offset it is UTC. */
export function readTime(text: string): number | null {
  if (!/^\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?)?$/.test(text))
    return null
  const zoned = text.includes('T') && !/(Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text
  const at = Date.parse(zoned)
  return Number.isNaN(at) ? null : at
}
