import { expect, test } from 'vitest'
import type { AuditRepository } from '../storage/contract/index.ts'
import { withEvents } from './audit-events.ts'
import type { News } from './ports.ts'

function open() {
  const told: News[] = []
  let count = 0
  const audit: AuditRepository = {
    begin: async () => `a-${++count}`,
    finish: async () => undefined,
    list: async () => ({ items: [], nextCursor: null }),
  }
  const trail = withEvents(audit, async (news) => void told.push(news))
  const act = async (verb: string, outcome: 'ok' | 'failed', input: unknown = {}) => {
    const entry = { actor: 'ann', via: 'session', verb, broker: 'b', target: 'orders', input } as const
    await trail.finish(await trail.begin(entry, 1), outcome, null, 2)
  }
  return { told, act }
}

test('what a person did is an event when it was done, and only then', async () => {
  const { told, act } = open()
  await act('destination.purge', 'ok', { destination: 'q1', confirm: 'orders' })
  await act('destination.purge', 'failed', { destination: 'q1' })
  await act('group.remove-member', 'ok', { group: 'g1', member: 'm' })
  await act('message.publish', 'ok', { destination: 'q1' })
  expect(told).toEqual([
    {
      kind: 'purge',
      broker: 'b',
      text: 'orders was purged',
      actor: 'ann',
      destination: { id: 'q1', name: 'orders' },
    },
    {
      kind: 'member-removed',
      broker: 'b',
      text: 'A member of orders was removed',
      actor: 'ann',
      group: { id: 'g1', name: 'orders' },
    },
  ])
})
