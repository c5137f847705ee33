import { describe, expect, test } from 'vitest'
import type { StatusState } from '../../schemas/need.ts'
import type { QueueFacts } from './facts.ts'
import { judgeQueue } from './judge-queue.ts'

const nowMs = Date.parse('2026-03-03T10:00:00.000Z')
const min = 60_000
const facts = (more: Partial<QueueFacts> = {}): QueueFacts => ({
  state: 'running',
  depth: 500,
  unknownReason: '',
  ready: 500,
  unacked: 0,
  consumers: 2,
  role: null,
  origins: [],
  open: null,
  cause: null,
  grown: null,
  arriving: 10,
  leaving: 10,
  acking: 10,
  waitingMs: 10 * min,
  nobodyMs: 0,
  hadConsumers: true,
  unackedMs: 0,
  limit: null,
  watchedMs: 15 * min,
  ...more,
})
const dead = (more: Partial<QueueFacts>) => facts({ role: 'dead-letter', consumers: 0, ...more })

const cases: readonly (readonly [
  title: string,
  facts: QueueFacts,
  state: StatusState,
  sentence: string | RegExp,
])[] = [
  ['nothing waits', facts({ depth: 0 }), 'ok', 'Nothing waits here.'],
  [
    'its depth is not known',
    facts({ depth: null, unknownReason: 'statistics are off' }),
    'unknown',
    'How much waits is not known: statistics are off.',
  ],
  ['the broker calls it down', facts({ state: 'crashed', depth: 0 }), 'down', 'The broker calls it crashed.'],
  [
    'nobody consumes, for long',
    facts({ consumers: 0, nobodyMs: 4 * min }),
    'stopped',
    '500 messages wait and nobody has consumed for 4 min.',
  ],
  [
    'nobody was ever seen to consume',
    facts({ consumers: 0, nobodyMs: 4 * min, hadConsumers: false }),
    'stopped',
    '500 messages wait and nobody has consumed for at least 4 min.',
  ],
  [
    'nobody consumes, and the console has just started',
    facts({ consumers: 0, nobodyMs: 0, hadConsumers: false, watchedMs: 0 }),
    'stopped',
    '500 messages wait and nobody has consumed.',
  ],
  [
    'its consumers have just gone: a restart is no trouble yet',
    facts({ consumers: 0, nobodyMs: 20_000 }),
    'unknown',
    '500 messages wait and its consumers have just gone.',
  ],
  ['nobody consumes, and nothing waits', facts({ depth: 0, consumers: 0 }), 'ok', 'Nothing waits here.'],
  [
    'consumers hold everything and acknowledge nothing',
    facts({ depth: 40, ready: 0, unacked: 40, unackedMs: 4 * min, acking: 0 }),
    'stalled',
    '2 consumers hold all 40 messages, and nothing has been acknowledged for 4 min.',
  ],
  [
    'one consumer holds one message and more wait',
    facts({ depth: 10, ready: 9, unacked: 1, consumers: 1, unackedMs: 2 * min, acking: 0 }),
    'stalled',
    'The consumer holds 1 message while 9 more wait, and nothing has been acknowledged for 2 min.',
  ],
  [
    'consumers hold messages and are not counted',
    facts({ depth: 10, ready: 9, unacked: 1, consumers: null, unackedMs: 2 * min, acking: 0 }),
    'stalled',
    /^Consumers hold 1 message while 9 more wait/,
  ],
  [
    'nothing acknowledged for a moment',
    facts({ depth: 40, ready: 0, unacked: 40, unackedMs: 30_000, acking: 0, leaving: 9 }),
    'ok',
    /keeps up/,
  ],
  [
    'consumers are there and take nothing',
    facts({ leaving: 0, acking: 0 }),
    'stopped',
    '500 messages wait and its 2 consumers take nothing.',
  ],
  [
    'what waits does not get less',
    facts({ depth: 5_000, arriving: 12, leaving: 11 }),
    'lagging',
    '5\u202f000 messages wait and that does not get less: 12 a second arrive, 11 leave.',
  ],
  [
    'what waits gets less',
    facts({ depth: 6_000, arriving: 10, leaving: 30 }),
    'lagging',
    '6\u202f000 messages wait and will be gone in about 5 min: 10 a second arrive, 30 leave.',
  ],
  [
    'what waits is a few seconds of work',
    facts({ depth: 40 }),
    'ok',
    'It keeps up: 40 messages wait, about 4 s of work.',
  ],
  [
    'how much arrives is not known',
    facts({ depth: 5_000, arriving: null }),
    'lagging',
    '5\u202f000 messages wait; 10 a second leave.',
  ],
  [
    'how fast they leave is not known',
    facts({ leaving: null, acking: null }),
    'unknown',
    '500 messages wait. How fast they leave is not known.',
  ],
  ['nothing waited a moment ago', facts({ waitingMs: 20_000 }), 'ok', /none did a moment ago/],
  [
    'the console has just started',
    facts({ waitingMs: 20_000, watchedMs: 20_000 }),
    'unknown',
    '500 messages wait. Whether they leave is not known yet.',
  ],
  [
    'near the most it may hold',
    facts({ depth: 900, limit: 1_000 }),
    'full',
    'It holds 900 of at most 1\u202f000 messages.',
  ],
  ['far from it', facts({ depth: 40, limit: 1_000 }), 'ok', /keeps up/],
  [
    'a retry queue holds what is to be tried again',
    facts({ role: 'retry', consumers: 0, nobodyMs: 9 * min }),
    'ok',
    '500 messages wait here to be tried again.',
  ],
  [
    'parked by a person',
    facts({ role: 'parking', consumers: 0, nobodyMs: 9 * min }),
    'ok',
    '500 messages wait here, put aside by a person.',
  ],
  [
    'dead letters wait',
    dead({ open: 12, origins: ['orders'] }),
    'dead-letters',
    '12 dead letters wait here. Rejects of orders end here. Nobody consumes it.',
  ],
  [
    'dead letters of many, and more than before',
    dead({ open: 12, origins: ['a', 'b', 'c', 'd'], consumers: 1, grown: { by: 3, overMs: 5 * min } }),
    'dead-letters',
    '12 dead letters wait here, 3 more than 5 min ago. Rejects of a, b, c and 1 more end here.',
  ],
  [
    'one dead letter, from nobody knows where',
    dead({ open: 1, consumers: null }),
    'dead-letters',
    '1 dead letter waits here.',
  ],
  [
    'most of those looked at died of one thing',
    dead({ open: 53, origins: ['orders'], cause: { words: 'CardDeclined', count: 14, of: 20 } }),
    'dead-letters',
    '53 dead letters wait here. Rejects of orders end here. 14 of 20 looked at say CardDeclined. Nobody consumes it.',
  ],
  [
    'all of those looked at did',
    dead({ open: 3, consumers: 1, cause: { words: 'expired', count: 3, of: 3 } }),
    'dead-letters',
    '3 dead letters wait here. All 3 looked at say expired.',
  ],
  ['all dead letters were replayed', dead({ open: 0, depth: 40 }), 'ok', 'No dead letters wait here.'],
  [
    'a count that is not known leaves the depth',
    dead({ open: null, depth: 7 }),
    'dead-letters',
    /^7 dead letters/,
  ],
  [
    'neither is known',
    dead({ open: null, depth: null, unknownReason: 'no leader' }),
    'unknown',
    'How many dead letters wait is not known: no leader.',
  ],
]

describe('the verdict on a queue', () => {
  test.each(cases)('%s', (_, given, state, sentence) => {
    const verdict = judgeQueue(given, nowMs)
    expect([verdict.state, verdict.sentence]).toEqual([
      state,
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    ])
    expect(verdict.sentence).not.toMatch(/NaN|Infinity|undefined|null/)
  })
})

test('since when is what the sentence says', () => {
  expect(judgeQueue(facts({ consumers: 0, nobodyMs: 4 * min }), nowMs).since).toBe('2026-03-03T09:56:00.000Z')
  expect(judgeQueue(dead({ open: 3 }), nowMs).since).toBeNull()
})

test('evidence names what the verdict follows from', () => {
  expect(judgeQueue(facts({ limit: 900 }), nowMs).evidence).toEqual([
    '500 ready, 0 held by consumers',
    '2 consumers',
    '10 a second arrive',
    '10 a second leave',
    'at most 900 messages',
    'watched for 15 min',
  ])
})
