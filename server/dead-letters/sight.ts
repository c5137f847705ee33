import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { BrokerMessage, DestinationRef } from '../brokers/contract/index.ts'
import type { FailureReading, HeaderSighting, ReadFailure } from './contract.ts'

const maxOrigins = 20

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
  return { ref, reader: first.failure.reader, origins: [...origins.values()] }
}

function isTelling({ failure }: FailureReading): boolean {
  const isStandard = !['generic', 'redis', 'configured'].includes(failure.reader)
  return isStandard || failure.origin.destination !== undefined
}
