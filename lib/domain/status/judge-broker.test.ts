import { describe, expect, test } from 'vitest'
import type { BrokerFacts } from './facts.ts'
import { judgeBroker, judgeNode, judgeReplay } from './judge-broker.ts'

const sinceMs = Date.parse('2026-03-03T03:12:00.000Z')
const broker = (more: Partial<BrokerFacts>): BrokerFacts => ({
  state: 'up',
  reason: null,
  blocked: null,
  address: 'rabbit:5672',
  sinceMs,
  ...more,
})

describe('the verdict on a broker', () => {
  test.each([
    ['it answers', broker({}), 'ok', 'It answers.'],
    [
      'it is down',
      broker({ state: 'down', reason: 'connect ECONNREFUSED' }),
      'down',
      'connect ECONNREFUSED.',
    ],
    ['it is down and says nothing', broker({ state: 'down' }), 'down', 'It gives no answer.'],
    [
      'it was blocked when it went down: down is what is known',
      broker({ state: 'down', reason: 'timeout', blocked: 'memory alarm' }),
      'down',
      'timeout.',
    ],
    [
      'it refuses messages',
      broker({
        state: 'degraded',
        reason: 'memory alarm',
        blocked: 'Memory alarm on a: publishing is blocked.',
      }),
      'blocked',
      'Memory alarm on a: publishing is blocked.',
    ],
    ['it complains', broker({ state: 'degraded', reason: 'no leader' }), 'degraded', 'no leader.'],
    ['it has not answered yet', broker({ state: 'connecting' }), 'unknown', 'It has not answered yet.'],
    ['it was only found', broker({ state: 'found' }), 'unknown', 'It was found and is not connected.'],
  ] as const)('%s', (_, facts, state, sentence) => {
    expect(judgeBroker(facts)).toMatchObject({ state, sentence })
  })

  test('down since when its probe failed first', () => {
    expect(judgeBroker(broker({ state: 'down' })).since).toBe('2026-03-03T03:12:00.000Z')
  })
})

describe('the verdict on a node', () => {
  test.each([
    ['it runs', 'running', [], 'ok', 'It runs.'],
    ['it does not', 'down', [], 'down', 'It does not run.'],
    ['it says why', 'down', ['rabbit@b left the cluster'], 'down', 'rabbit@b left the cluster.'],
    ['one trouble', 'running', ['Disk alarm.'], 'degraded', 'Disk alarm.'],
    [
      'several',
      'running',
      ['Disk alarm', 'memory', 'files'],
      'degraded',
      'Disk alarm. 2 more problems below.',
    ],
    ['nothing is known', 'unknown', [], 'unknown', 'Nothing is known of it.'],
  ] as const)('%s', (_, state, problems, expected, sentence) => {
    expect(judgeNode({ state, problems, role: null })).toMatchObject({ state: expected, sentence })
  })
})

describe('the verdict on a replay', () => {
  test.each([
    ['done', 'completed', 0, 'ok', /as it should be/],
    ['failed', 'failed', 0, 'degraded', 'A replay failed: disk full.'],
    ['in doubt', 'completed', 2, 'degraded', 'A replay is uncertain whether 2 messages arrived.'],
  ] as const)('%s', (_, state, uncertain, expected, sentence) => {
    expect(judgeReplay({ state, uncertain, problem: 'disk full', sinceMs })).toMatchObject({
      state: expected,
      sentence: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    })
  })
})
