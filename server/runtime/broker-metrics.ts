import type { Reading, Readings } from '../../lib/schemas/reading.ts'
import { staleOf, type Watched } from '../sampler/index.ts'

interface Metric {
  readonly name: string
  readonly help: string
  readonly samples: readonly (readonly [labels: string, value: number])[]
}

/** At most so many destinations, and so many groups, of one broker: those with the most waiting. */
const mostSeries = 200

interface Line {
  readonly labels: string
  readonly readings: Readings
  /** What it is ranked by; unknown ranks last and is told only where it is known. */
  readonly weight: number
}

const destinationMetrics = [
  ['mq_queue_messages', 'Messages in a destination.', 'depth'],
  ['mq_queue_messages_unacked', 'Messages delivered and not acknowledged.', 'unacked'],
  ['mq_consumers', 'Consumers of a destination.', 'consumers'],
  ['mq_published_per_second', 'Messages arriving a second.', 'inRate'],
  ['mq_delivered_per_second', 'Messages leaving a second.', 'outRate'],
] as const
const groupMetrics = [
  ['mq_consumer_lag_messages', 'Messages a consumer group is behind.', 'lag'],
  ['mq_consumer_lag_seconds', 'Age of the oldest message a consumer group has not read.', 'lagSeconds'],
] as const

/**
 * What the brokers hold, for Prometheus: the destinations and groups with the most waiting, so that no broker makes
 * more than a thousand lines or so; how many were left out is told beside them. Unknown has no line, and
 * neither has a broker that is not read any more: what it held last is no value of now.
 */
export function brokerMetrics(all: readonly Watched[], nowMs: number): Metric[] {
  const watched = all.filter((one) => staleOf(one, nowMs) === null)
  const destinations = watched.map((one) => rank(destinationLines(one)))
  const groups = watched.map((one) => rank(groupLines(one)))
  const leftOut = watched.flatMap((one, index) => {
    const count = (destinations[index]?.leftOut ?? 0) + (groups[index]?.leftOut ?? 0)
    return [[`{broker="${quote(one.broker.id)}"}`, count] as const]
  })
  return [
    ...destinationMetrics.map(([name, help, reading]) => metric(name, help, reading, destinations)),
    ...groupMetrics.map(([name, help, reading]) => metric(name, help, reading, groups)),
    {
      name: 'signalbox_series_left_out',
      help: 'Destinations and groups without a line here, because others have more waiting.',
      samples: leftOut,
    },
  ]
}

function destinationLines({ broker, snapshot }: Watched): Line[] {
  return (snapshot?.rows ?? []).flatMap(({ info, readings, deadLetter }) => {
    if (info.internal || info.ref.type === 'exchange') return []
    const { name, namespace, type } = info.ref
    const space = namespace === undefined ? '' : `,namespace="${quote(namespace)}"`
    const labels = `{broker="${quote(broker.id)}",destination="${quote(name)}"${space},type="${type}",dlq="${deadLetter.isDeadLetter}"}`
    // Dead letters first: they are what is looked for.
    return [{ labels, readings, weight: weigh(readings.depth) + (deadLetter.isDeadLetter ? 1e15 : 0) }]
  })
}

function groupLines({ broker, snapshot }: Watched): Line[] {
  return (snapshot?.groups ?? []).map(({ sample: { name, type, total, totalSeconds } }) => ({
    labels: `{broker="${quote(broker.id)}",group="${quote(name)}",type="${type}"}`,
    readings: { lag: total, ...(totalSeconds ? { lagSeconds: totalSeconds } : {}) },
    weight: weigh(total),
  }))
}

function rank(lines: readonly Line[]): { kept: readonly Line[]; leftOut: number } {
  if (lines.length <= mostSeries) return { kept: lines, leftOut: 0 }
  const kept = [...lines].sort((a, b) => b.weight - a.weight).slice(0, mostSeries)
  return { kept, leftOut: lines.length - kept.length }
}

function metric(
  name: string,
  help: string,
  reading: string,
  brokers: readonly { readonly kept: readonly Line[] }[],
): Metric {
  const samples = brokers.flatMap(({ kept }) =>
    kept.flatMap(({ labels, readings }) => {
      const found = readings[reading]
      return found?.state === 'ok' ? [[labels, found.value] as const] : []
    }),
  )
  return { name, help, samples }
}

function weigh(reading: Reading | undefined): number {
  return reading?.state === 'ok' ? reading.value : -1
}

/** A label's value as Prometheus reads it. */
export function quote(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
