import { describe, expect, it } from 'vitest'
import { effectiveSetting, readQueueFacts } from './facts.ts'
import { matchPolicy, readPolicies } from './policies.ts'

const policy = (
  name: string,
  pattern: string,
  definition: Record<string, unknown>,
  more: Record<string, unknown> = {},
) => ({ vhost: '/', name, pattern, definition, priority: 0, 'apply-to': 'all', ...more })

describe('policies', () => {
  it('apply one user policy and one operator policy, each of the highest priority that matches', () => {
    const policies = readPolicies(
      [
        policy('low', '^orders', { 'max-length': 10 }),
        policy('high', '^orders$', { 'max-length': 20, overflow: 'reject-publish' }, { priority: 5 }),
        policy('elsewhere', '.*', { 'max-length': 1 }, { vhost: 'other', priority: 9 }),
        policy('exchanges', '.*', { 'max-length': 2 }, { 'apply-to': 'exchanges', priority: 9 }),
        policy('unreadable', '(?>x)', {}, { priority: 9 }),
      ],
      [policy('limit', '.*', { 'max-length': 15, overflow: 'drop-head', 'delivery-limit': 5 })],
    )
    expect(matchPolicy(policies, '/', 'orders', 'quorum')).toEqual({
      policy: 'high',
      operatorPolicy: 'limit',
      definition: { 'max-length': 15, overflow: 'drop-head', 'delivery-limit': 5 },
    })
    expect(matchPolicy(policies, '/', 'orders.dlq', 'classic').policy).toBe('low')
    expect(matchPolicy(policies, 'none', 'orders', 'classic')).toEqual({
      policy: null,
      operatorPolicy: null,
      definition: {},
    })
  })

  it('apply to the type of queue they name', () => {
    const policies = readPolicies([policy('q', '.*', { a: 1 }, { 'apply-to': 'quorum_queues' })], [])
    expect(matchPolicy(policies, '/', 'x', 'quorum').policy).toBe('q')
    expect(matchPolicy(policies, '/', 'x', 'classic').policy).toBeNull()
  })

  it.each([
    ['an argument overrules a policy', 'classic', 'dead-letter-exchange', 'mine', 'theirs', 'mine'],
    ['of two numbers the smaller holds', 'classic', 'max-length', 20, 10, 10],
    ['also when it is the argument', 'classic', 'max-length', 5, 10, 5],
    ['a stream follows its policy', 'stream', 'max-age', '1D', '7D', '7D'],
    [
      'so does overflow of a quorum queue',
      'quorum',
      'overflow',
      'drop-head',
      'reject-publish',
      'reject-publish',
    ],
    ['a policy alone', 'classic', 'message-ttl', undefined, 9, 9],
  ])('%s', (_, type, key, argument, definition, expected) => {
    const item = {
      name: 'q',
      type,
      policy: 'p',
      arguments: argument === undefined ? {} : { [`x-${key}`]: argument },
      effective_policy_definition: { [key]: definition },
    }
    expect(effectiveSetting(readQueueFacts(item, null), key)?.value).toBe(expected)
  })

  it('are worked out where the broker does not name them, and read in all shapes of empty', () => {
    const policies = readPolicies([policy('p', '.*', { 'message-ttl': 7 })], [])
    const item = { name: 'q', vhost: '/', type: 'classic', arguments: {} }
    expect(readQueueFacts(item, policies)).toMatchObject({
      policy: 'p',
      policyDefinition: { 'message-ttl': 7 },
    })
    for (const empty of [[], '', {}])
      expect(
        readQueueFacts({ ...item, effective_policy_definition: empty }, policies).policyDefinition,
      ).toEqual({})
  })
})
