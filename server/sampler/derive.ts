import { drainOf } from '../../lib/domain/drain.ts'
import type { OkReading, Reading, Readings } from '../../lib/schemas/reading.ts'
import { ok, unsupported } from '../brokers/contract/index.ts'

/**
 * What follows from readings, the same for every broker; each says its formula. A part that is unknown makes the
 * whole unknown, and the age of the whole is that of its oldest part. Sources: Little's law for the processing time,
 * KEDA and klag for the time to drain.
 */

/** What is kept over time: the error rate and the processing time, where messages are being delivered. */
export function deriveKept(readings: Readings): Readings {
  const error = errorRate(readings.outRate, { redelivered: readings.redeliveryRate })
  const time = processingTime(readings.unacked, readings.ackRate)
  if (!error && !time) return readings
  return { ...readings, ...given('errorRate', error), ...given('processingTime', time) }
}

/** What a person sees beside the kept ones: they follow from them at any time. */
export function deriveShown(readings: Readings): Readings {
  const { inRate, outRate, ackRate, depth } = readings
  const taken = isOk(ackRate) ? ackRate : outRate
  return {
    ...readings,
    ...given('netRate', netRate(inRate, taken)),
    ...given('timeToDrain', timeToDrain(depth, inRate, taken)),
  }
}

/** Of a whole broker: what was dead-lettered, returned or delivered again, in parts of what was delivered. */
export function deriveBroker(readings: Readings): Readings {
  const { outRate, deadLetterRate, returnRate, unroutableRate, redeliveryRate } = readings
  const parts = {
    deadLettered: deadLetterRate,
    returned: returnRate,
    unroutable: unroutableRate,
    redelivered: redeliveryRate,
  }
  return { ...readings, ...given('errorRate', errorRate(outRate, parts)) }
}

/** Messages a second by which the backlog grows (positive) or shrinks. */
export function netRate(inRate: Reading | undefined, outRate: Reading | undefined): OkReading | null {
  if (!isOk(inRate) || !isOk(outRate)) return null
  return combine(round(inRate.value - outRate.value), 'per-second', [inRate, outRate], {
    formula: 'in − out',
  })
}

/** Seconds until nothing waits at these rates; that it does not drain is an answer too. */
export function timeToDrain(
  backlog: Reading | undefined,
  inRate: Reading | undefined,
  outRate: Reading | undefined,
): Reading | null {
  if (!isOk(backlog) || !isOk(inRate) || !isOk(outRate)) return null
  const parts = [backlog, inRate, outRate]
  const formula = 'waiting ÷ (out − in)'
  if (backlog.value === 0) return combine(0, 'seconds', parts, { formula })
  const drainMs = drainOf(backlog.value, inRate.value, outRate.value)
  if (drainMs === 'never') return unsupported('It does not drain: as much arrives as is taken, or more')
  return estimate(drainMs / 1_000, 'seconds', parts, { formula })
}

/** Share of deliveries that went wrong, with the parts that are counted here; parts nobody counts are not in it. */
function errorRate(
  delivered: Reading | undefined,
  parts: Readonly<Record<string, Reading | undefined>>,
): OkReading | null {
  if (!isOk(delivered) || delivered.value <= 0) return null
  const known = Object.entries(parts).flatMap(([name, part]) => (isOk(part) ? [{ name, part }] : []))
  if (known.length === 0) return null
  const sum = known.reduce((total, { part }) => total + part.value, 0)
  return combine(
    Math.min(1, round(sum / delivered.value)),
    'ratio',
    [delivered, ...known.map(({ part }) => part)],
    {
      formula: `${known.length === 1 ? known[0]?.name : `(${known.map(({ name }) => name).join(' + ')})`} ÷ delivered`,
      parts: Object.fromEntries(known.map(({ name, part }) => [name, part.value])),
      delivered: delivered.value,
    },
  )
}

/** Seconds a message is held before it is acknowledged, on average: Little's law. */
function processingTime(unacked: Reading | undefined, ackRate: Reading | undefined): OkReading | null {
  if (!isOk(unacked) || !isOk(ackRate) || ackRate.value <= 0) return null
  return estimate(unacked.value / ackRate.value, 'seconds', [unacked, ackRate], {
    formula: 'unacknowledged ÷ acknowledgements a second',
  })
}

export function isOk(reading: Reading | undefined): reading is OkReading {
  return reading?.state === 'ok'
}

export function given(name: string, reading: Reading | null): Readings {
  return reading ? { [name]: reading } : {}
}

export function estimate(
  value: number,
  unit: OkReading['unit'],
  parts: readonly OkReading[],
  detail: Record<string, unknown>,
): OkReading {
  return { ...combine(round(value), unit, parts, detail), quality: 'estimated' }
}

/** As old as its oldest part and no better than its worst. */
function combine(
  value: number,
  unit: OkReading['unit'],
  parts: readonly OkReading[],
  detail: Record<string, unknown>,
): OkReading {
  const atMs = Math.min(...parts.map((part) => Date.parse(part.at)))
  const isExact = parts.every((part) => part.quality === 'exact')
  return { ...ok(value, unit, atMs, isExact ? 'exact' : 'approximate'), detail }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
