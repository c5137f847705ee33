export interface SparklinePath {
  readonly line: string
  readonly area: string
}

/**
 * A line from the left edge (the oldest step) to the right, over a scale that starts at zero. A gap ends the line
 * and another begins behind it; a value that stands alone is a point.
 */
export function pathOf(
  points: readonly (number | null)[],
  { width, height }: { readonly width: number; readonly height: number },
): SparklinePath | null {
  const known = points.filter((point) => point !== null)
  if (known.length === 0) return null
  const highest = Math.max(...known, 0)
  const floor = height - 1
  const x = (index: number) => round(points.length < 2 ? 0 : (index * width) / (points.length - 1))
  const y = (value: number) =>
    round(highest === 0 ? floor : floor - (Math.max(0, value) / highest) * (height - 2))
  let line = ''
  let area = ''
  let start: number | null = null
  for (let index = 0; index <= points.length; index += 1) {
    const value = points[index] ?? null
    if (value === null) {
      if (start === null) continue
      const end = index - 1
      if (end === start) line += 'h0'
      area += `L${x(end)} ${height}L${x(start)} ${height}Z`
      start = null
      continue
    }
    const at = `${x(index)} ${y(value)}`
    line += `${start === null ? 'M' : 'L'}${at}`
    area += `${start === null ? 'M' : 'L'}${at}`
    start ??= index
  }
  return { line, area }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
