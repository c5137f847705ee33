/** Values over time, ascending by `at`, arrays of one length. A value stands from `at` until `until` (exclusive). */
export interface Points {
  readonly at: Float64Array
  readonly until: Float64Array
  readonly average: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  /** Readings it is made of; 0: the one before still stood. */
  readonly count: Float64Array
  /** The larger the worse. */
  readonly quality: Uint8Array
}

export function newPoints(length: number): Points {
  // One piece of memory for all columns: there are very many of these.
  const memory = new Float64Array(length * 6)
  const column = (index: number) => memory.subarray(index * length, (index + 1) * length)
  return {
    at: column(0),
    until: column(1),
    average: column(2),
    low: column(3),
    high: column(4),
    count: column(5),
    quality: new Uint8Array(length),
  }
}

/**
 * The same values by equal steps: a step has the average of the readings in it, their lowest and highest, and their
 * worst quality. A step without a reading has the one that still stood (count 0), else NaN: nothing was known.
 */
export function foldPoints(points: Points, fromMs: number, stepMs: number, length: number): Points {
  const cells = newPoints(length)
  const held = new Int32Array(length).fill(-1)
  for (let cell = 0; cell < length; cell += 1) {
    cells.at[cell] = fromMs + cell * stepMs
    cells.until[cell] = fromMs + (cell + 1) * stepMs
  }
  cells.low.fill(Number.POSITIVE_INFINITY)
  cells.high.fill(Number.NEGATIVE_INFINITY)
  for (let index = 0; index < points.at.length; index += 1) {
    const first = Math.floor((get(points.at, index) - fromMs) / stepMs)
    const count = get(points.count, index)
    if (first >= 0 && first < length) {
      if (count > 0) add(cells, first, points, index)
      else held[first] = index
    }
    const last = Math.min(length, Math.ceil((get(points.until, index) - fromMs) / stepMs))
    for (let cell = Math.max(0, first + 1); cell < last; cell += 1) held[cell] = index
  }
  for (let cell = 0; cell < length; cell += 1) {
    const count = get(cells.count, cell)
    const index = held[cell] ?? -1
    if (count > 0) cells.average[cell] = within(get(cells.average, cell) / count, cells, cell)
    else if (index >= 0) {
      cells.average[cell] = get(points.average, index)
      cells.low[cell] = get(points.low, index)
      cells.high[cell] = get(points.high, index)
      cells.quality[cell] = points.quality[index] ?? 0
    } else for (const column of [cells.average, cells.low, cells.high]) column[cell] = Number.NaN
  }
  return cells
}

const get = (column: Float64Array, index: number) => column[index] ?? Number.NaN

function add(cells: Points, cell: number, points: Points, index: number): void {
  const count = get(points.count, index)
  cells.average[cell] = get(cells.average, cell) + get(points.average, index) * count
  cells.count[cell] = get(cells.count, cell) + count
  cells.low[cell] = Math.min(get(cells.low, cell), get(points.low, index))
  cells.high[cell] = Math.max(get(cells.high, cell), get(points.high, index))
  cells.quality[cell] = Math.max(cells.quality[cell] ?? 0, points.quality[index] ?? 0)
}

/** An average never leaves its bounds by a rounding. */
function within(average: number, { low, high }: Points, cell: number): number {
  return Math.min(get(high, cell), Math.max(get(low, cell), average))
}

/** Those that are known, one behind the other; the parts ascend. */
export function joinPoints(parts: readonly Points[]): Points {
  let length = 0
  for (const { average } of parts)
    for (let index = 0; index < average.length; index += 1) if (isKnown(average, index)) length += 1
  const all = newPoints(length)
  let to = 0
  for (const part of parts)
    for (let index = 0; index < part.at.length; index += 1) {
      if (!isKnown(part.average, index)) continue
      all.at[to] = get(part.at, index)
      all.until[to] = get(part.until, index)
      all.average[to] = get(part.average, index)
      all.low[to] = get(part.low, index)
      all.high[to] = get(part.high, index)
      all.count[to] = get(part.count, index)
      all.quality[to] = part.quality[index] ?? 0
      to += 1
    }
  return all
}

const isKnown = (column: Float64Array, index: number) => !Number.isNaN(get(column, index))
