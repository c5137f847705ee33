import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { BrokerMessage, DestinationRef } from '../brokers/contract/index.ts'
import type { FailureReading, HeaderSighting, ReadFailure } from './contract.ts'

const maxOrigins = 20
const longestCause = 120

/**
 * What a sample of messages tells of the place they lie in; null when fewer than half speak of a failure. Names
 * without a standard count only when they name an origin: a log of errors has fields called `error`, too.
 */
export function sightHeaders(
  kind: BrokerKind,
  ref: DestinationRef,
  messages: readonly BrokerMessage[],
  readFailure: ReadFailure,
): HeaderSighting | null {
  const readings = messages.flatMap((message) => {
    const reading = readFailure(kind, message)
    return reading && isTelling(reading) ? [reading] : []
  })
  const [first] = readings
  if (!first || readings.length * 2 < messages.length) return null
  const origins = new Map<string, { name: string; header: string }>()
  for (const { failure } of readings) {
    const name = failure.origin.destination
    const header = failure.evidence.find((item) => item.field === 'origin.destination')?.header
    if (name !== undefined && header !== undefined && origins.size < maxOrigins && !origins.has(name))
      origins.set(name, { name, header })
  }
  const cause = causeOf(readings, messages.length)
  return { ref, reader: first.failure.reader, origins: [...origins.values()], ...(cause ? { cause } : {}) }
}

/** The one named most often; of equals the first in the alphabet, so that it stays the same. */
function causeOf(readings: readonly FailureReading[], of: number): HeaderSighting['cause'] {
  const counts = new Map<string, number>()
  for (const { failure } of readings) {
    const words = (failure.errorClass ?? failure.reason).slice(0, longestCause)
    if (words !== '') counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return most && { words: most[0], count: most[1], of }
}

function isTelling({ failure }: FailureReading): boolean {
  const isStandard = !['generic', 'redis', 'configured'].includes(failure.reader)
  return isStandard || failure.origin.destination !== undefined
}
