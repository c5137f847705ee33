import { staleOf, type Watched } from '../sampler/index.ts'
import type { HistoryFigures } from '../storage/contract/history.ts'
import { brokerMetrics, quote } from './broker-metrics.ts'

const states = ['connecting', 'up', 'degraded', 'down'] as const

/** Prometheus text of this process and of the brokers it watches: a bounded number of lines a broker, whatever it holds. */
export function formatMetrics(
  version: string,
  watched: readonly Watched[],
  liveReaders: number,
  history: HistoryFigures,
  nowMs: number,
): string {
  const lines: string[] = []
  const gauge = (
    name: string,
    help: string,
    samples: readonly (readonly [labels: string, value: number])[],
    type: 'gauge' | 'counter' = 'gauge',
  ) => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
    for (const [labels, value] of samples) lines.push(`${name}${labels} ${value}`)
  }
  const label = (one: Watched, extra = '') =>
    `{broker="${quote(one.broker.id)}",kind="${one.broker.kind}"${extra}}`
  gauge('signalbox_info', 'The running version.', [[`{version="${quote(version)}"}`, 1]])
  gauge('signalbox_live_readers', 'Open live streams.', [['', liveReaders]])
  gauge(
    'signalbox_broker_state',
    'State of a broker: 1 for the one it is in.',
    watched.flatMap((one) =>
      states.map((state) => [label(one, `,state="${state}"`), one.health.state === state ? 1 : 0] as const),
    ),
  )
  const sampled = watched.flatMap((one) => (one.snapshot ? [{ one, snapshot: one.snapshot }] : []))
  gauge(
    'signalbox_sample_age_seconds',
    'Age of the newest values of a broker.',
    sampled.map(({ one, snapshot }) => [label(one), Math.max(0, nowMs - snapshot.sampledAtMs) / 1000]),
  )
  gauge(
    'signalbox_sample_duration_seconds',
    'How long the last sample took.',
    sampled.map(({ one }) => [label(one), one.sampleMs / 1000]),
  )
  gauge(
    'signalbox_sample_interval_seconds',
    'How often a broker is read now.',
    sampled.map(({ one }) => [label(one), one.intervalMs / 1000]),
  )
  gauge(
    'signalbox_sample_failures_total',
    'Samples that failed since the console started.',
    watched.map((one) => [label(one), one.failures]),
    'counter',
  )
  for (const { name, help, samples } of brokerMetrics(watched, nowMs)) gauge(name, help, samples)
  gauge(
    'signalbox_destinations',
    'Destinations of a broker.',
    sampled.map(({ one, snapshot }) => [label(one), snapshot.rows.length]),
  )
  gauge(
    'signalbox_groups',
    'Consumer groups of a broker.',
    sampled.map(({ one, snapshot }) => [label(one), snapshot.groups.length]),
  )
  gauge(
    'signalbox_dead_letters',
    'Messages in dead-letter destinations, where known.',
    sampled.flatMap(({ one, snapshot }) => {
      if (staleOf(one, nowMs) !== null) return []
      const reading = snapshot.readings.deadLetters
      return reading?.state === 'ok' ? [[label(one), reading.value] as const] : []
    }),
  )
  gauge('signalbox_history_series', 'Series that are written now.', [['', history.liveSeries]])
  gauge('signalbox_history_series_limit', 'The most series that are written.', [['', history.maxSeries]])
  gauge('signalbox_history_known_series', 'Series of which something may be kept.', [
    ['', history.knownSeries],
  ])
  gauge('signalbox_history_bytes', 'Bytes of the history on disk.', [['', history.bytes]])
  gauge('signalbox_history_limit_bytes', 'The most bytes it may take.', [['', history.maxBytes]])
  gauge('signalbox_history_refused_series', 'Series that find no room.', [['', history.droppedSeries]])
  gauge('signalbox_history_samples', 'Samples written since the start.', [['', history.writtenSamples]])
  gauge('signalbox_history_dropped_samples', 'Samples not written since the start.', [
    ['', history.droppedSamples],
  ])
  gauge('signalbox_history_problems', 'What is wrong with the history now.', [['', history.problems.length]])
  const memory = process.memoryUsage()
  gauge('process_resident_memory_bytes', 'Resident memory.', [['', memory.rss]])
  gauge('nodejs_heap_size_used_bytes', 'Used heap.', [['', memory.heapUsed]])
  gauge('process_uptime_seconds', 'Time since start.', [['', Math.round(process.uptime())]])
  return `${lines.join('\n')}\n`
}
