import { expect, test } from 'vitest'
import { groupOf } from '../sampler/testing/fake-broker.ts'
import type { News } from './ports.ts'
import { Teller } from './teller.ts'
import { GroupWatches } from './watch-groups.ts'

function open() {
  const told: string[] = []
  const ended: string[] = []
  let nowMs = 0
  const teller = new Teller({
    tell: async (news: News) => {
      told.push(news.text)
      return { ...news, id: `e-${told.length}`, at: new Date(nowMs).toISOString() }
    },
    endEvent: async (id, untilMs) => void ended.push(`${id} ${untilMs}`),
    now: () => nowMs,
  })
  const wait = (ms: number) => {
    nowMs += ms
  }
  return { teller, told, ended, wait }
}
const gone: News = {
  kind: 'consumers-gone',
  broker: 'b',
  destination: { id: 'q', name: 'q' },
  text: 'q: gone',
}

test('what flaps is told three times a minute, then with how often', async () => {
  const { teller, told, wait } = open()
  for (let turn = 0; turn < 6; turn += 1) {
    await teller.tell(gone)
    wait(9_000)
  }
  await teller.tell({ ...gone, destination: { id: 'p', name: 'p' }, text: 'p: gone' })
  wait(10_000)
  await teller.tell(gone)
  expect(told).toEqual(['q: gone', 'q: gone', 'q: gone', 'p: gone', 'q: gone (3 times more in between)'])
})

test('what lasts is told when it begins, and ended when it is over', async () => {
  const { teller, ended, wait } = open()
  teller.begin('down b', { kind: 'broker-down', broker: 'b', text: 'b went down' })
  wait(5_000)
  teller.end('down b')
  teller.end('down b')
  await Promise.resolve()
  await Promise.resolve()
  expect(ended).toEqual(['e-1 5000'])
})

test('a run is told when it moves and ended when it is over; a dry run never', async () => {
  const { teller, told, ended } = open()
  const run = (state: string, more: object = {}) =>
    teller.replay({
      id: 'r-1',
      state,
      broker: 'b',
      source: { id: 'q', name: 'orders.dlq' },
      counts: { total: 12 },
      createdBy: 'ann',
      dryRun: false,
      ...more,
    } as never)
  for (const state of ['planning', 'planned', 'running', 'paused', 'running', 'completed', 'completed'])
    run(state)
  run('running', { id: 'r-2', dryRun: true })
  run('completed', { id: 'r-3' })
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).toEqual(['A replay of orders.dlq was started: 12 messages'])
  expect(ended).toEqual(['e-1 0'])
})

test('a position is told of when it was moved, not when it waits', async () => {
  const { teller, told } = open()
  const reset = (state: string) =>
    teller.reset({
      id: 'o-1',
      broker: 'b',
      group: { id: 'g', name: 'readers' },
      state,
      rows: [{}, {}],
      createdBy: 'ann',
    } as never)
  for (const state of ['armed', 'applied', 'applied']) reset(state)
  expect(told).toEqual(['The position of readers was reset on 2 partitions'])
})

test('a rebalance is seen by the state, by another epoch, and by who holds what', () => {
  const watches = new GroupWatches()
  const look = (more: object, atMs: number) =>
    watches
      .observe([{ id: 'g', sample: { ...groupOf('readers', 5), ...more } }], atMs)
      .map((one) => `${one.kind} ${one.beganMs}`)
  const held = (partition: number) => ({
    members: [{ id: 'a', assignments: [{ destination: 'orders', partitions: [partition] }] }],
  })
  expect(look(held(0), 1)).toEqual([])
  expect(watches.rebalanceOf('g', 2)).toBeNull()
  expect(look({ ...held(0), state: 'preparingrebalance' }, 10)).toEqual(['began 10'])
  expect(watches.rebalanceOf('g', 15)).toEqual({ isOver: false, forMs: 5 })
  expect(look({ ...held(0), state: 'completingrebalance' }, 20)).toEqual([])
  expect(look(held(0), 30)).toEqual(['ended 10'])
  expect(watches.rebalanceOf('g', 31)?.isOver, 'one sample after').toBe(true)
  expect(look(held(0), 40)).toEqual([])
  expect(watches.rebalanceOf('g', 41)?.isOver, 'two samples after').toBe(true)
  expect(look(held(0), 50)).toEqual([])
  expect(watches.rebalanceOf('g', 51)).toBeNull()
  expect(look(held(1), 60), 'between two looks').toEqual(['began 60', 'ended 60'])
  expect(look({ ...held(1), epoch: '7' }, 70), 'now it tells an epoch').toEqual(['began 70', 'ended 70'])
  expect(look({ ...held(2), epoch: '7' }, 80)).toEqual([])
  expect(look({ members: [] }, 90), 'nobody is no assignment').toEqual([])
})
