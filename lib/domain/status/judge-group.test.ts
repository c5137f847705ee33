import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StatusState } from '../../schemas/need.ts'
import type { GroupFacts, PartFacts } from './facts.ts'
import { judgeGroup } from './judge-group.ts'

const nowMs = Date.parse('2026-03-03T10:00:00.000Z')
const judge = (given: GroupFacts) => judgeGroup(given, nowMs)
const s = 1_000
const min = 60 * s
const part = (more: Partial<PartFacts> = {}): PartFacts => ({
  name: '0',
  lag: 0,
  stillMs: 10 * s,
  hasMoved: true,
  arrived: 0,
  member: 'm-1',
  ...more,
})
const moving = part({ lag: 40, stillMs: 5 * s })
const caughtUp = part({ lag: 0, stillMs: 5 * s })
const idle = part({ lag: 0, stillMs: 15 * min, hasMoved: false })
const stuck = part({ name: '3', lag: 900, stillMs: 4 * min, arrived: 120 })
const young = part({ lag: 30, stillMs: 40 * s, hasMoved: false })
const uncommitted = part({ lag: null, stillMs: null, hasMoved: false, arrived: null })

const facts = (parts: readonly PartFacts[], more: Partial<GroupFacts> = {}): GroupFacts => ({
  part: 'partition',
  state: 'stable',
  members: 2,
  parts,
  unknownReason: 'no commit',
  overdue: null,
  arriving: 10,
  reading: 10,
  wasCaughtUp: false,
  watchedMs: 15 * min,
  ...more,
})
const overdue = { entries: 3, oldestMs: 14 * min, deliveries: 9 }

const cases: readonly (readonly [
  title: string,
  facts: GroupFacts,
  state: StatusState,
  sentence: string | RegExp,
])[] = [
  ['nothing waits', facts([caughtUp, idle]), 'ok', 'Nothing is waiting for this group.'],
  [
    'nothing waits, nobody is there',
    facts([idle], { members: 0 }),
    'ok',
    'Nothing is waiting for this group.',
  ],
  [
    'nothing waits where it could be counted',
    facts([caughtUp, uncommitted]),
    'ok',
    'Nothing is waiting for this group in the 1 partition that could be counted.',
  ],
  [
    'no partition at all',
    facts([], { unknownReason: 'no topic is known for this group' }),
    'unknown',
    /^The lag is not known: no topic/,
  ],
  ['no commit anywhere', facts([uncommitted, uncommitted]), 'unknown', 'The lag is not known: no commit.'],
  [
    'the broker is down',
    facts([uncommitted], { unknownReason: 'The broker is down: timeout' }),
    'unknown',
    /broker is down/,
  ],
  [
    'the console just started',
    facts([young, young], { watchedMs: 40 * s }),
    'unknown',
    '60 messages wait. Whether it moves is not known yet: watched for 40 s.',
  ],
  [
    'never watched',
    facts([part({ lag: 1, stillMs: null, hasMoved: false })], { watchedMs: null }),
    'unknown',
    '1 message waits. Whether it moves is not known yet: not watched so far.',
  ],
  [
    'just started, and nobody is there',
    facts([young], { members: 0, watchedMs: 5 * s }),
    'stopped',
    '30 messages wait and the group has no members.',
  ],
  [
    'rebalancing, not watched for long',
    facts([young], {
      members: 0,
      state: 'preparingrebalance',
      rebalance: { isOver: false, forMs: 20 * s },
      watchedMs: 20 * s,
    }),
    'unknown',
    '30 messages wait. The group is rebalancing, watched for 20 s.',
  ],
  [
    'rebalancing for minutes',
    facts([stuck], { state: 'preparingrebalance', rebalance: { isOver: false, forMs: 3 * min } }),
    'stopped',
    '900 messages wait and nothing has moved for 4 min while 120 messages arrived; the group has been rebalancing for 3 min.',
  ],
  [
    'nothing moves while messages arrive',
    facts([stuck]),
    'stopped',
    '900 messages wait and nothing has moved for 4 min while 120 messages arrived.',
  ],
  [
    'nothing moves and nothing arrives',
    facts([part({ lag: 5, stillMs: 3 * min })]),
    'stopped',
    '5 messages wait and nothing has moved for 3 min.',
  ],
  [
    'nothing moves, nobody is there',
    facts([stuck], { members: 0 }),
    'stopped',
    /, and the group has no members\.$/,
  ],
  [
    'never seen to move: at least so long',
    facts([part({ lag: 5, stillMs: 15 * min, hasMoved: false })]),
    'stopped',
    /nothing has moved for at least 15 min/,
  ],
  [
    'stopped, and the other partition never had anything',
    facts([stuck, idle]),
    'stopped',
    /^900 messages wait/,
  ],
  [
    'one of three does not move',
    facts([stuck, caughtUp, moving]),
    'stuck',
    'Partition 3 has not moved for 4 min while 120 messages arrived; 2 others have moved since.',
  ],
  [
    'the others moved after it stopped, and rest',
    facts([stuck, part({ stillMs: 2 * min })]),
    'stuck',
    /1 other has moved since\.$/,
  ],
  [
    'two do not move, one is not known yet',
    facts([stuck, part({ name: '7', lag: 1, stillMs: 2 * min }), young]),
    'stuck',
    'Partitions 3 and 7 have not moved for 2 min while 120 messages arrived; of the others it is not known yet.',
  ],
  [
    'many do not move',
    facts([...Array.from({ length: 5 }, () => stuck), moving]),
    'stuck',
    /^Partition ?s?|5 partitions/,
  ],
  [
    'stuck in part with nobody listed',
    facts([stuck, moving], { members: 0 }),
    'stuck',
    /1 other has moved since/,
  ],
  [
    'fetched, not acknowledged, nothing commits',
    facts([stuck], { overdue }),
    'stalled',
    /but 3 delivered messages are not acknowledged \(14 min since the last delivery, delivered up to 9 times\)/,
  ],
  [
    'fetched everything, acknowledges nothing',
    facts([idle], { overdue }),
    'stalled',
    /^Everything was fetched, but 3 delivered/,
  ],
  [
    'some entries are not acknowledged, others pass',
    facts([caughtUp], { overdue }),
    'stuck',
    /, while others pass\.$/,
  ],
  [
    'delivered to somebody who is gone',
    facts([stuck], { overdue, members: 0 }),
    'stopped',
    /the group has no members/,
  ],
  [
    'behind and falling further',
    facts([moving], { arriving: 12, reading: 1 }),
    'lagging',
    'It is 40 messages behind and falls further: 12 a second arrive, 1 are read.',
  ],
  [
    'behind and catching up',
    facts([part({ lag: 6_000, stillMs: s })], { arriving: 10, reading: 30 }),
    'lagging',
    /catches up in about 5 min/,
  ],
  [
    'behind, and it stays so',
    facts([part({ lag: 6_000, stillMs: s })]),
    'lagging',
    'It stays 6\u202f000 messages behind: 10 a second arrive, 10 are read.',
  ],
  [
    'moving without rates',
    facts([moving], { arriving: null, reading: null }),
    'lagging',
    'It moves and is 40 messages behind.',
  ],
  [
    'a few seconds of reading',
    facts([moving], { arriving: 10, reading: 10 }),
    'ok',
    'It keeps up: 40 messages waiting, about 4 s of reading.',
  ],
  [
    'was caught up a moment ago',
    facts([moving], { wasCaughtUp: true, arriving: null, reading: null }),
    'ok',
    /none a moment ago/,
  ],
  ['nobody listed, yet commits move', facts([moving], { members: 0 }), 'ok', /keeps up/],
  [
    'moved once, reads nothing on average',
    facts([moving], { arriving: 3, reading: 0 }),
    'lagging',
    /falls further/,
  ],
  [
    'a commit older than what is waiting: still wins over a rate',
    facts([stuck], { arriving: 5, reading: 50 }),
    'stopped',
    /nothing has moved/,
  ],
  [
    'standing still is not held against a rebalance',
    facts([stuck], { rebalance: { isOver: false, forMs: 30 * s } }),
    'unknown',
    '900 messages wait. The group is rebalancing, watched for 15 min.',
  ],
  [
    'nor against one that has just ended',
    facts([stuck, moving], { rebalance: { isOver: true, forMs: 70 * s } }),
    'unknown',
    '940 messages wait. The group has just been rebalanced, watched for 15 min.',
  ],
  [
    'a group that is caught up may rebalance as it likes',
    facts([caughtUp], { rebalance: { isOver: false, forMs: 30 * s } }),
    'ok',
    'Nothing is waiting for this group.',
  ],
  [
    'lagging goes on being said over a rebalance',
    facts([moving], { arriving: 12, reading: 1, rebalance: { isOver: false, forMs: 9 * s } }),
    'lagging',
    /falls further/,
  ],
  [
    'never seen to move, and rebalancing for long',
    facts([young], { rebalance: { isOver: false, forMs: 5 * min } }),
    'stopped',
    '30 messages wait and the group has been rebalancing for 5 min.',
  ],
  [
    'a slow committer is given as long as its commits span',
    facts([part({ lag: 40, stillMs: 8 * min, spanMs: 20 * min })], { arriving: 1, reading: 1 }),
    'lagging',
    'It stays 40 messages behind: 1 a second arrive, 1 are read.',
  ],
  [
    'and stops when it rests for longer than that',
    facts([part({ lag: 40, stillMs: 21 * min, spanMs: 20 * min, arrived: null })]),
    'stopped',
    '40 messages wait and nothing has moved for 21 min.',
  ],
  [
    'but is not waited for for ever',
    facts([part({ lag: 40, stillMs: 31 * min, spanMs: 500 * min, arrived: null })]),
    'stopped',
    /for 31 min/,
  ],
  [
    'set back and reading again',
    facts([part({ name: '3', lag: 500, stillMs: 5 * s, rewound: { messages: 480, agoMs: 4 * min } })]),
    'rewound',
    'Partition 3 was set back by 480 messages 4 min ago and has not come back to its place: messages are read again.',
  ],
  [
    'set back on several, where nothing counts by how much',
    facts([
      part({ name: '1', lag: 5, rewound: { messages: null, agoMs: 90 * s } }),
      part({ name: '2', lag: 7, rewound: { messages: 3, agoMs: 2 * min } }),
    ]),
    'rewound',
    'Partitions 1 and 2 were set back 2 min ago and have not come back to their places: messages are read again.',
  ],
  [
    'set back and standing still: that it stopped is worse',
    facts([part({ lag: 500, stillMs: 3 * min, rewound: { messages: 480, agoMs: 4 * min } })]),
    'stopped',
    /nothing has moved for 3 min/,
  ],
  [
    'set back, and nothing waits any more',
    facts([part({ rewound: { messages: 9, agoMs: min } })]),
    'ok',
    'Nothing is waiting for this group.',
  ],
  [
    'what markers of transactions leave is no lag',
    facts([part({ lag: 1, stillMs: 9 * min }), part({ name: '1', lag: 1, stillMs: 9 * min })]),
    'ok',
    'It is caught up: 2 positions are left, as many as markers of transactions take, and nothing has arrived for 9 min.',
  ],
  [
    'one position that a marker takes',
    facts([part({ lag: 1, stillMs: 2 * min }), caughtUp]),
    'ok',
    /^It is caught up: 1 position is left/,
  ],
  [
    'as few, but a message with a time of its own lies there',
    facts([part({ lag: 1, stillMs: 2 * min, isMessage: true })]),
    'stopped',
    '1 message waits and nothing has moved for 2 min.',
  ],
  [
    'as few, but one has arrived since',
    facts([part({ lag: 2, stillMs: 2 * min, arrived: 1 })]),
    'stopped',
    /while 1 message arrived/,
  ],
  [
    'as few, but nobody is there to read them',
    facts([part({ lag: 2, stillMs: 2 * min })], { members: 0 }),
    'stopped',
    /the group has no members/,
  ],
  [
    'as few, but the group is being assigned anew',
    facts([part({ lag: 2, stillMs: 5 * min })], {
      state: 'completingrebalance',
      rebalance: { isOver: false, forMs: 10 * s },
    }),
    'unknown',
    /is rebalancing/,
  ],
  [
    'a stream has no markers',
    facts([part({ name: 'orders', lag: 1, stillMs: 2 * min })], { part: 'stream' }),
    'stopped',
    /nothing has moved for 2 min/,
  ],
  [
    'its members ask for messages and commit none',
    facts([stuck], { isFetching: true }),
    'stalled',
    '900 messages wait and nothing is committed for 4 min while 120 messages arrived, but its members ask for messages.',
  ],
  ['its members ask for none', facts([stuck], { isFetching: false }), 'stopped', /nothing has moved/],
  [
    'asking, said of a group without members: a contradiction that proves nothing',
    facts([stuck], { isFetching: true, members: 0 }),
    'stopped',
    /the group has no members/,
  ],
  [
    'members that could not be listed are not none',
    facts([young], { members: null, watchedMs: 40 * s }),
    'unknown',
    '30 messages wait. Whether it moves is not known yet: watched for 40 s.',
  ],
  [
    'members that could not be listed, and standing still',
    facts([stuck], { members: null }),
    'stopped',
    '900 messages wait and nothing has moved for 4 min while 120 messages arrived.',
  ],
  [
    'the log dropped what was not read, and it stands still',
    facts([part({ name: '3', lag: 900, stillMs: 4 * min, lost: 1_204 })]),
    'losing',
    '1\u202f204 messages of partition 3 were dropped by the log before this group read them. 900 messages wait and nothing has moved for 4 min.',
  ],
  [
    'the log dropped one, and it goes on',
    facts([part({ name: '1', lag: 2, lost: 1 }), part({ name: '2', lag: 1, lost: null })]),
    'losing',
    '1 message of partition 1 was dropped by the log before this group read it.',
  ],
  [
    'dropped in several',
    facts([part({ lag: 2, lost: 3 }), part({ name: '1', lag: 4, lost: 4 })]),
    'losing',
    '7 messages of 2 partitions were dropped by the log before this group read them.',
  ],
  [
    'the log is about to drop what was not read',
    facts([stuck], { lossInMs: 72 * min }),
    'stopped',
    /^900 messages wait .* The log drops what it has not read in about 1 h 12 m\.$/,
  ],
  [
    'a loss that is days away',
    facts([stuck], { lossInMs: 48 * 60 * min }),
    'stopped',
    '900 messages wait and nothing has moved for 4 min while 120 messages arrived.',
  ],
  [
    'rates say it catches up, the lag itself has never fallen',
    facts([part({ lag: 6_000, stillMs: s })], {
      arriving: 10,
      reading: 30,
      neverFell: { from: 5_000, overMs: 5 * min },
    }),
    'lagging',
    'It is 6\u202f000 messages behind, and that has only grown for 5 min (from 5\u202f000): 10 a second arrive, 30 are read.',
  ],
  [
    'without rates, and the lag has never fallen',
    facts([moving], { arriving: null, reading: null, neverFell: { from: 12, overMs: 4 * min } }),
    'lagging',
    'It moves and is 40 messages behind, and that has only grown for 4 min (from 12).',
  ],
  [
    'a lag that never fell and never grew is no growth',
    facts([moving], { arriving: null, reading: null, neverFell: { from: 40, overMs: 4 * min } }),
    'lagging',
    'It moves and is 40 messages behind.',
  ],
  [
    'a Redis stream',
    facts([part({ name: 'orders', lag: 7, stillMs: 2 * min, arrived: null }), caughtUp], { part: 'stream' }),
    'stuck',
    /^Stream orders has not moved for 2 min; 1 other/,
  ],
]

describe('the verdict', () => {
  test.each(cases)('%s', (_, given, state, sentence) => {
    const verdict = judge(given)
    expect([verdict.state, verdict.sentence]).toEqual([
      state,
      typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    ])
  })
})

test('evidence names what the verdict follows from', () => {
  expect(judge(facts([stuck, moving, uncommitted])).evidence).toEqual([
    'partition 3: 900 behind, not moved for 4 min, 120 arrived since, held by m-1',
    '1 partition committed within the last minute',
    '2 members, state stable',
    '10 a second arrive, 10 are read',
    '1 partition not counted: no commit',
    'watched for 15 min',
  ])
  expect(judge(facts([moving], { members: 0 })).evidence).toContain(
    'no members, yet commits move: partitions are assigned by hand',
  )
})

test('never a word without its facts', () => {
  const anyPart = fc.record({
    name: fc.constantFrom('0', '1', '2'),
    lag: fc.option(fc.nat(5_000)),
    stillMs: fc.option(fc.nat(20 * min)),
    hasMoved: fc.boolean(),
    arrived: fc.option(fc.nat(500)),
    member: fc.option(fc.constant('m')),
  })
  const anyFacts = fc.record({
    parts: fc.array(anyPart, { maxLength: 6 }),
    members: fc.nat(3),
    overdue: fc.option(fc.constant(overdue)),
    arriving: fc.option(fc.nat(100)),
    reading: fc.option(fc.nat(100)),
    wasCaughtUp: fc.boolean(),
  })
  fc.assert(
    fc.property(anyFacts, ({ parts, ...more }) => {
      const { state, sentence } = judge(facts(parts, more))
      const counted = parts.filter((one) => one.lag !== null)
      const waiting = counted.filter((one) => (one.lag ?? 0) > 0)
      const still = waiting.filter((one) => (one.stillMs ?? 0) >= min)
      if (counted.length === 0) expect(state).toBe('unknown')
      const residue = sentence.startsWith('It is caught up')
      if (state === 'lagging' || (state === 'ok' && !residue)) expect(still).toEqual([])
      if (state === 'stuck') expect(still.length > 0 || more.overdue !== null).toBe(true)
      if (state === 'stopped') expect(still.length > 0 || more.members === 0).toBe(true)
      if (state === 'stopped') expect(waiting.length).toBeGreaterThan(0)
      if (state === 'stalled') expect(more.overdue).not.toBeNull()
      expect(sentence).not.toMatch(/NaN|Infinity|undefined|null/)
    }),
  )
})

test('since when is what the sentence says', () => {
  const { since, next } = judge(
    facts([stuck], { next: { label: 'Open group', href: '/brokers/b/groups/g' } }),
  )
  expect(since).toBe(new Date(nowMs - 4 * min).toISOString())
  expect(next).toEqual({ label: 'Open group', href: '/brokers/b/groups/g' })
  expect(judge(facts([young], { members: 0 })).since).toBeNull()
  expect(judge(facts([stuck])).atLeast, 'it was seen to stop').toBeUndefined()
  expect(judge(facts([{ ...stuck, hasMoved: false }])).atLeast, 'it was never seen to move').toBe(true)
})
