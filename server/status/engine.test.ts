import { describe, expect, it } from 'vitest'
import type { Group } from '../../lib/schemas/group.ts'
import type { Reading, Readings } from '../../lib/schemas/reading.ts'
import { newCall, ok } from '../brokers/contract/index.ts'
import type { Row, Snapshot, Watched } from '../sampler/index.ts'
import { FakeBroker, groupOf, idOf, infoOf, reader } from '../sampler/testing/fake-broker.ts'
import { RecentSeries } from '../series/index.ts'
import { createStatus } from './engine.ts'
import type { News } from './ports.ts'
import { memoryNeeds, silentLog } from './testing/fakes.ts'

const s = 1_000
const min = 60 * s
const t0 = Date.parse('2026-03-03T10:00:00.000Z')

/** One broker whose snapshots a test makes, a clock it turns, and a store that outlives the engine. */
function openWorld() {
  const needs = memoryNeeds()
  const told: News[] = []
  const ended: string[] = []
  const broker = new FakeBroker().guarded()
  const recent = new RecentSeries()
  let nowMs = t0
  let snapshot: Snapshot | null = null
  let state: 'up' | 'down' | 'connecting' = 'up'
  let watched: readonly Watched[] = []
  const look = () => {
    const health = { state, reason: state === 'down' ? 'timeout' : null, sinceMs: nowMs }
    watched = [{ broker, snapshot, health, intervalMs: 15_000 } as unknown as Watched]
  }
  const open = async () => {
    const status = createStatus({
      watched: () => watched,
      recentOf: () => recent,
      freshen: async () => undefined,
      sightingsOf: () => [],
      openOf: async (_, row) => row.readings.depth ?? count(0),
      replays: async () => [],
      needs,
      tell: async (news) => {
        told.push(news)
        return { ...news, id: `e-${told.length}`, at: new Date(nowMs).toISOString() }
      },
      endEvent: async (id) => void ended.push(id),
      now: () => nowMs,
      log: silentLog,
    })
    await status.start()
    return status
  }
  const count = (value: number): Reading => ok(value, 'messages', nowMs)
  const row = (name: string, readings: Readings, isDeadLetter = false): Row => ({
    id: idOf(name),
    info: infoOf(name),
    lowerName: name,
    state: 'running',
    readings,
    problems: [],
    deadLetter: { isDeadLetter, evidence: [], origins: [] },
  })
  const sampleOf = (committed: number, end: number) => ({
    ...groupOf('readers', end - committed),
    members: [{ id: 'm' }],
    lag: [
      {
        destination: 'orders',
        partition: 0,
        committed: String(committed),
        start: '0',
        end: String(end),
        lag: count(end - committed),
      },
    ],
  })
  type Status = Awaited<ReturnType<typeof open>>
  const read = async (
    status: Status,
    rows: readonly Row[],
    group?: readonly [committed: number, end: number],
  ) => {
    const before = snapshot
    const groups = group ? [{ id: 'g', sample: sampleOf(...group) }] : []
    snapshot = {
      sampledAtMs: nowMs,
      rows,
      byId: new Map(rows.map((one) => [one.id, one])),
      groups,
      edges: [],
      nodes: null,
      blocked: null,
      readings: {},
      problems: [],
      sampleProblems: [],
    }
    const shown = groups.map(({ id, sample }) => ({ id, total: sample.total, lag: sample.lag }))
    recent.write({ atMs: nowMs, readings: {}, destinations: [], groups: shown })
    look()
    status.observe('fake', before, snapshot)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const list = async (status: Status, acknowledged = false) =>
    (await status.list({ limit: 100, acknowledged }, newCall(1_000))).items
  return {
    open,
    read,
    list,
    row,
    count,
    /** As the sampler shows it: with what it saw of its movement. */
    shownOf: (committed: number, end: number): Group => {
      const { key: _, counters: __, ...sample } = { counters: {}, ...sampleOf(committed, end) }
      return { ...sample, lag: recent.withMovement('g', sample.lag, nowMs), id: 'g', links: {} }
    },
    told,
    ended,
    needs,
    wait: (ms: number) => {
      nowMs += ms
    },
    turn: (next: typeof state) => {
      state = next
      look()
    },
  }
}

describe('what needs a person, from one reading to the next', () => {
  it('a group that stops is asked about after a minute, under one id, and no more when it moves', async () => {
    const { open, read, list, wait } = openWorld()
    const status = await open()
    await read(status, [], [10, 10])
    wait(10 * s)
    await read(status, [], [12, 20])
    for (let turn = 0; turn < 6; turn += 1) {
      expect(await list(status)).toEqual([])
      wait(10 * s)
      await read(status, [], [12, 30])
    }
    const [need] = await list(status)
    expect(need).toMatchObject({
      state: 'stopped',
      subject: { kind: 'group', id: 'g', name: 'readers' },
      sentence: '18 messages wait and nothing has moved for 1 min while 10 messages arrived.',
      since: new Date(t0 + 10 * s).toISOString(),
      next: { label: 'Open group', href: '/brokers/fake/groups/g' },
    })
    wait(10 * s)
    await read(status, [], [12, 31])
    expect((await list(status))[0]?.id).toBe(need?.id)
    wait(10 * s)
    await read(status, [], [31, 31])
    expect(await list(status)).toEqual([])
  })

  it('the group itself says what the list says', async () => {
    const { open, read, list, wait, shownOf } = openWorld()
    const status = await open()
    await read(status, [], [10, 20])
    wait(2 * min)
    await read(status, [], [10, 20])
    const [need] = await list(status)
    const shown = status.withGroupVerdict('fake', shownOf(10, 20))
    expect(shown.verdict?.sentence).toBe('10 messages wait and nothing has moved for at least 2 min.')
    expect([need?.sentence, need?.state]).toEqual([shown.verdict?.sentence, shown.verdict?.state])
  })

  it('a restart of the console keeps id and since of what has not moved', async () => {
    const world = openWorld()
    const first = await world.open()
    await world.read(first, [], [10, 20])
    world.wait(5 * min)
    await world.read(first, [], [10, 20])
    const [before] = await world.list(first)
    const next = openWorld()
    await next.needs.put([...world.needs.rows.values()])
    next.wait(20 * min)
    const second = await next.open()
    await next.read(second, [], [10, 25])
    const [after] = await next.list(second)
    expect(after).toMatchObject({
      id: before?.id,
      since: before?.since,
      sentence: '15 messages wait and nothing has moved for at least 20 min.',
    })
  })

  it('what nobody reads is not said to stand still, and what was wrong is not confirmed', async () => {
    const { open, read, list, wait } = openWorld()
    const status = await open()
    await read(status, [], [10, 20])
    wait(30_000)
    await read(status, [], [15, 25])
    // The broker answers its probe, and gives no values.
    wait(10 * min)
    expect(await list(status)).toEqual([])
    await read(status, [], [15, 25])
    wait(2 * min)
    await read(status, [], [15, 25])
    const [stopped] = await list(status)
    expect(stopped?.state).toBe('stopped')
    wait(10 * min)
    const [later] = await list(status)
    expect(later?.sentence).toBe(stopped?.sentence)
    expect(later?.evidence[0]).toContain('not confirmed now: The broker gave no newer values for 600 s')
  })

  it('nor is one that moved meanwhile said to have rested', async () => {
    const world = openWorld()
    const first = await world.open()
    await world.read(first, [], [10, 20])
    world.wait(5 * min)
    await world.read(first, [], [10, 20])
    const next = openWorld()
    await next.needs.put([...world.needs.rows.values()])
    next.wait(20 * min)
    const second = await next.open()
    await next.read(second, [], [11, 25])
    expect(await next.list(second)).toEqual([])
  })

  it('a broker that is down stands for what lies in it, and what was wrong there comes back with it', async () => {
    const { open, read, list, row, count, turn, told, ended } = openWorld()
    const status = await open()
    status.stateChanged('fake')
    const rows = [row('q.dlq', { depth: count(3), consumers: count(0) }, true)]
    await read(status, rows, [10, 10])
    status.stateChanged('fake')
    const [dead] = await list(status)
    expect(dead).toMatchObject({
      state: 'dead-letters',
      sentence: '3 dead letters wait here. Nobody consumes it.',
    })
    turn('down')
    status.stateChanged('fake')
    status.stateChanged('fake')
    expect(await list(status)).toMatchObject([
      {
        state: 'down',
        sentence: 'timeout.',
        affects: ['1 group unknown', '1 destination unknown', '1 trouble below it'],
      },
    ])
    turn('up')
    status.stateChanged('fake')
    await read(status, rows, [10, 10])
    expect((await list(status)).map((need) => need.id)).toEqual([dead?.id])
    expect(told.map((news) => news.kind)).toEqual(['broker-down', 'broker-up'])
    await new Promise((resolve) => setImmediate(resolve))
    expect(ended).toEqual(['e-1'])
    turn('down')
    status.stateChanged('fake')
    status.forget('fake')
    await new Promise((resolve) => setImmediate(resolve))
    expect(ended, 'one that is taken away is not down for ever').toEqual(['e-1', 'e-3'])
  })

  it('consumers that went are told once, and asked about after a minute', async () => {
    const { open, read, list, row, count, wait, told } = openWorld()
    const status = await open()
    const queue = (consumers: number) => [row('q', { depth: count(5), consumers: count(consumers) })]
    await read(status, queue(1))
    wait(5 * s)
    await read(status, queue(0))
    await read(status, queue(0))
    expect(told.map((news) => news.kind)).toEqual(['consumers-gone'])
    expect(await list(status)).toEqual([])
    wait(min)
    await read(status, queue(0))
    expect(await list(status)).toMatchObject([
      { state: 'stopped', sentence: '5 messages wait and nobody has consumed for 1 min.' },
    ])
  })

  it('an acknowledged one is hidden unless it is asked for, and withdrawn it is there again', async () => {
    const { open, read, list, row, count } = openWorld()
    const status = await open()
    await read(status, [row('q.dlq', { depth: count(3) }, true)])
    const id = (await list(status))[0]?.id ?? ''
    await status.acknowledge(id, { note: 'mine' }, reader)
    expect(await list(status)).toEqual([])
    expect(await list(status, true)).toMatchObject([{ id, acknowledged: { by: 'test', note: 'mine' } }])
    await status.withdraw(id)
    expect(await list(status)).toHaveLength(1)
    await expect(status.withdraw('n-none')).rejects.toMatchObject({ code: 'not_found' })
  })
})
