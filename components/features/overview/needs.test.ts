import { describe, expect, it } from 'vitest'
import type { Broker } from '@/lib/schemas/broker'
import type { DeadLetterQueue } from '@/lib/schemas/dead-letter'
import type { Group } from '@/lib/schemas/group'
import { findNeeds } from './needs.ts'

const at = '2026-03-03T10:00:00.000Z'
const ok = (value: number) => ({ state: 'ok', value, unit: 'messages', at, quality: 'exact' }) as const
const now = Date.parse(at) + 300_000
const gone = { state: 'unavailable', reason: 'no answer', at } as const

const broker = (id: string, state: Broker['state'] = 'up') =>
  ({
    id,
    label: id.toUpperCase(),
    state,
    address: `${id}:1`,
    reason: 'refused',
    since: at,
    health: [],
  }) as unknown as Broker
const queue = (id: string, open: DeadLetterQueue['counts']['open']) =>
  ({
    id: `${id}-dlq`,
    broker: id,
    brokerLabel: id.toUpperCase(),
    name: `${id}.dlq`,
    counts: { open },
    readings: { consumers: ok(0) },
    deadLetter: { origins: [{ name: id }], evidence: [] },
  }) as unknown as DeadLetterQueue
const group = (name: string, members: number, total: Group['total']) =>
  ({
    id: name,
    name,
    state: 'empty',
    members: Array.from({ length: members }, () => ({})),
    total,
    lag: [{ lag: total }],
  }) as unknown as Group

describe('what needs a person', () => {
  it('names what hangs below a broker that is down only once', () => {
    const needs = findNeeds(
      [broker('a', 'down'), broker('b')],
      [queue('a', ok(9)), queue('b', ok(2))],
      [],
      [{ broker: 'a', group: group('readers', 0, ok(7)) }],
      now,
    )
    expect(needs.map(({ title }) => title)).toEqual(['A is unreachable', 'b.dlq holds 2 dead letters'])
    expect(needs[1]?.why).toBe('Rejects of b end here. Nobody consumes it.')
  })

  it('asks for nobody where nothing waits, and claims nothing it does not know', () => {
    const quiet = [group('idle', 0, ok(0)), group('busy', 2, ok(50)), group('dark', 0, gone)]
    const queues = [queue('a', ok(0)), queue('b', gone)]
    const groups = quiet.map((one) => ({ broker: 'a', group: one }))
    expect(findNeeds([broker('a'), broker('b')], queues, [], groups, now)).toEqual([])
  })

  it('does not call a group unread whose members could not be listed', () => {
    const refused = {
      ...group('readers', 0, ok(7)),
      problems: [{ scope: 'readers', code: 'partial', message: 'members: not authorized' }],
    }
    const groups = [{ broker: 'a', group: refused as unknown as Group }]
    expect(findNeeds([broker('a')], [], [], groups, now)).toEqual([])
  })

  it('names a group that nobody reads, with how much waits for it', () => {
    const [need] = findNeeds(
      [broker('a')],
      [],
      [],
      [{ broker: 'a', group: group('readers', 0, ok(1_200)) }],
      now,
    )
    expect(need).toMatchObject({ title: 'readers: nobody reads', where: 'A', step: 'Open group' })
    expect(need?.why).toBe('1\u202f200 messages wait and the group has no members.')
  })
})
