const thinSpace = '\u202f'

/** 12480 → "12 480" with a thin, unbreakable space. Fractions below 10 keep one digit. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return 'unknown'
  const rounded = Number.isInteger(value) ? value : Math.round(value)
  return groupDigits(String(rounded))
}

/** A whole number of any length in decimal (64-bit numbers travel as strings). */
export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace)
}

/** 2 104 322 → "2.1 M": for dense rows; below 100 000 the exact number. */
export function formatCompact(value: number): string {
  const size = Math.abs(value)
  if (size < 100_000) return formatCount(value)
  if (size < 1_000_000) return `${Math.round(value / 1000)}${thinSpace}k`
  if (size < 1_000_000_000) return `${trimOne(value / 1_000_000)}${thinSpace}M`
  return `${trimOne(value / 1_000_000_000)}${thinSpace}G`
}

/** A rate per second: small ones keep a digit, so that 0.2 is not drawn as 0. */
export function formatRate(value: number): string {
  if (value === 0) return '0'
  if (Math.abs(value) < 0.05) return '< 0.1'
  if (Math.abs(value) < 10) return trimOne(value)
  return formatCompact(Math.round(value))
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 10 ? trimOne(value) : Math.round(value)} ${units[unit]}`
}

/** "1 message", "3 204 messages". */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`
}

function trimOne(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}
