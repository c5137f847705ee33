import { expect, test } from 'vitest'
import { type GuardedBroker, ok, unavailable } from '../brokers/contract/index.ts'
import type { Snapshot, Watched } from '../sampler/index.ts'
import type { HistoryFigures } from '../storage/contract/history.ts'
import { formatMetrics } from './metrics.ts'

function watched(id: string, readings: Snapshot['readings'] | null): Watched {
  const snapshot: Snapshot | null = readings && {
    sampledAtMs: 7_000,
    rows: [],
    byId: new Map(),
    groups: [],
    edges: [],
    nodes: null,
    blocked: null,
    readings,
    problems: [],
    sampleProblems: [],
  }
  const health = { state: 'up', reason: null, code: null, sinceMs: 0, version: null } as const
  const broker = { id, kind: 'kafka' } as GuardedBroker
  return {
    broker,
    health: { ...health, identity: null, abilities: {}, problems: [] },
    snapshot,
    sampleMs: 250,
    intervalMs: 15_000,
    failures: 3,
  }
}
const history: HistoryFigures = {
  liveSeries: 40,
  maxSeries: 200,
  knownSeries: 50,
  bytes: 1_000,
  maxBytes: 9_000,
  droppedSeries: 0,
  droppedSamples: 3,
  writtenSamples: 70,
  problems: ['the disk is full'],
}
const lines = (...brokers: readonly Watched[]) =>
  formatMetrics('1.2.3', brokers, 2, history, 10_000).split('\n')

test('state, age and counts of every broker', () => {
  const text = lines(watched('shop', { deadLetters: ok(4, 'messages', 0) }))
  expect(text).toEqual(
    expect.arrayContaining([
      'signalbox_info{version="1.2.3"} 1',
      'signalbox_live_readers 2',
      'signalbox_broker_state{broker="shop",kind="kafka",state="up"} 1',
      'signalbox_broker_state{broker="shop",kind="kafka",state="down"} 0',
      'signalbox_sample_age_seconds{broker="shop",kind="kafka"} 3',
      'signalbox_sample_duration_seconds{broker="shop",kind="kafka"} 0.25',
      'signalbox_destinations{broker="shop",kind="kafka"} 0',
      'signalbox_dead_letters{broker="shop",kind="kafka"} 4',
      'signalbox_history_series 40',
      'signalbox_history_bytes 1000',
      'signalbox_history_dropped_samples 3',
      'signalbox_history_problems 1',
    ]),
  )
  expect(text.at(-1)).toBe('')
})

test('what is unknown has no line, and is never 0', () => {
  const text = lines(watched('a', null), watched('b', { deadLetters: unavailable('down', 0) })).join('\n')
  expect(text).not.toMatch(/signalbox_destinations\{broker="a"/)
  expect(text).not.toMatch(/signalbox_dead_letters\{/)
})

test('every line is Prometheus text, whatever a broker is called', () => {
  const text = lines(watched('a"b\\c\nd', { deadLetters: ok(1, 'messages', 0) }))
  for (const line of text.slice(0, -1)) {
    expect(line).toMatch(
      /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="([^"\\\n]|\\.)*"(,[a-z]+="([^"\\\n]|\\.)*")*\})? -?[\d.e+-]+)$/,
    )
  }
})
