import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OffsetReset } from '../../../lib/schemas/offset.ts'
import { BrokerError, encodeParts, newCall } from '../../brokers/contract/index.ts'
import { callerWith } from '../../messages/testing/fake-broker.ts'
import type { Storage } from '../../storage/contract/index.ts'
import { openStorage } from '../../storage/sqlite/open-storage.ts'
import { FakeGroup } from '../testing/fake-group.ts'
import { createOffsetResets, type OffsetResetEngine } from './engine.ts'

const groupId = encodeParts(['group', 'billing'])
const rows = [
  { destination: 'orders', partition: 0, old: '10', next: '0' },
  { destination: 'orders', partition: 1, old: '20', next: '25' },
]
const silent = () => undefined
const minute = 60_000

let directory: string
let storage: Storage
let group: FakeGroup
let engine: OffsetResetEngine
let told: OffsetReset[]
let clockMs = 1_700_000_000_000

const open = () =>
  createOffsetResets({
    findBroker: group.find,
    storage,
    onChange: (reset) => void told.push(reset),
    touched: silent,
    now: () => clockMs,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signalbox-resets-'))
  storage = await openStorage(directory)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  group = new FakeGroup()
  told = []
  engine = open()
})
afterEach(async () => {
  vi.useRealTimers()
  await engine.stop()
  await storage.close()
  await rm(directory, { recursive: true })
})

/** The person's own audit row, as the route begins it. */
async function callerOf() {
  const about = { actor: 'ann', via: 'session', verb: 'group.reset-offsets', broker: 'fake' } as const
  const auditId = await storage.audit.begin({ ...about, target: 'billing', input: {} }, clockMs)
  return { ...callerWith(), actor: 'ann', auditId }
}
const ask = async (more: object = {}) =>
  engine.create(
    'fake',
    groupId,
    { rows, confirm: 'billing', whenEmpty: false, ...more },
    await callerOf(),
    newCall(5_000),
  )
const arm = () => ask({ whenEmpty: true })
/** Lets one look pass, with the real I/O of the store in it. */
async function look() {
  await vi.advanceTimersByTimeAsync(2_500)
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
const stateOf = async (id: string) =>
  (await engine.list({ limit: 10 }, callerWith())).items.find((one) => one.id === id)
const audits = async () =>
  (await storage.audit.list({ limit: 10 })).items.map(({ verb, outcome, actor, via }) => ({
    verb,
    outcome,
    actor,
    via,
  }))
/** The process dies and another starts over the same store. */
async function restart() {
  engine.stop().catch(silent)
  engine = open()
  await engine.start()
  await look()
}

describe('at once', () => {
  it('sets the offsets of an empty group, once, and tells', async () => {
    const reset = await ask()
    expect(reset).toMatchObject({ state: 'applied', createdBy: 'ann', detail: 'Set 2 offsets of billing' })
    expect([...group.committed.values()]).toEqual(['0', '25'])
    expect(group.applied).toBe(1)
    expect(told.at(-1)).toEqual(reset)
    expect(await audits()).toMatchObject([{ verb: 'group.reset-offsets', outcome: 'ok' }])
  })

  it('is refused while members are active, who are named with their hosts; nothing is stored', async () => {
    group.join(5)
    await expect(ask()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('5 members (billing-1 on 10.0.0.4'),
      detail: { reason: 'members', members: group.members },
    })
    expect((await engine.list({ limit: 9 }, callerWith())).items).toEqual([])
    expect(group.applied).toBe(0)
  })

  it('takes members that could not be listed for members', async () => {
    group.problems = [{ scope: 'billing', code: 'partial', message: 'coordinator away' }]
    await expect(ask()).rejects.toMatchObject({ code: 'conflict', detail: { reason: 'members' } })
  })

  it('is not kept off by a consumer that is listed and does not read any more', async () => {
    group.idlers = [{ id: 'left-long-ago' }]
    expect(await ask()).toMatchObject({ state: 'applied' })
  })

  it('is refused when an old offset no longer holds', async () => {
    group.committed.set(1, '21')
    await expect(ask()).rejects.toMatchObject({ code: 'conflict', detail: { reason: 'moved' } })
    expect(group.applied).toBe(0)
  })

  it.each([
    ['a wrong name', { confirm: 'Billing' }, 'bad_request'],
    ['a partition twice', { rows: [rows[0], rows[0]] }, 'bad_request'],
  ])('refuses %s', async (_, more, code) => {
    await expect(ask(more)).rejects.toMatchObject({ code })
  })

  it('says why where groups cannot be moved, and obeys read-only mode', async () => {
    group.without = ['offsets']
    await expect(ask()).rejects.toMatchObject({ code: 'unsupported', message: 'the fake moves none' })
    group.without = []
    group.mode = 'read-only'
    await expect(ask()).rejects.toMatchObject({ code: 'forbidden', detail: { reason: 'read-only' } })
    expect(group.applied).toBe(0)
  })

  it('that timed out after the broker set it is recognised as applied', async () => {
    group.onApply = (set) => {
      set()
      throw new BrokerError('timeout', 'no answer')
    }
    expect(await ask()).toMatchObject({ state: 'applied' })
    expect(group.applied).toBe(1)
  })

  it('that timed out before anything was set says so, and is not tried again by itself', async () => {
    group.onApply = () => {
      throw new BrokerError('timeout', 'no answer')
    }
    await expect(ask()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('nothing'),
    })
    await look()
    expect(group.applied).toBe(0)
    expect((await engine.list({ limit: 9 }, callerWith())).items).toMatchObject([{ state: 'failed' }])
  })

  it('of which nobody knows stays open until the group can be seen again', async () => {
    group.onApply = (set) => {
      set()
      group.silence = new BrokerError('unreachable', 'gone')
      throw new BrokerError('unreachable', 'cut')
    }
    const reset = await ask()
    expect(reset).toMatchObject({ state: 'armed', detail: expect.stringContaining('not confirmed') })
    group.silence = null
    await look()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'applied' })
    expect(group.applied).toBe(1)
  })
})

describe('when empty', () => {
  it('waits for the members to leave, then applies once', async () => {
    group.join(2)
    const reset = await arm()
    expect(reset).toMatchObject({
      state: 'armed',
      expiresAt: new Date(clockMs + 30 * minute).toISOString(),
      detail: expect.stringContaining('Waits for 2 members (billing-1 on 10.0.0.4'),
    })
    await look()
    expect(group.applied).toBe(0)
    group.leave()
    await look()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'applied' })
    await look()
    expect(group.applied).toBe(1)
    expect(await audits()).toEqual([
      { verb: 'group.apply-reset', outcome: 'ok', actor: 'ann', via: 'job' },
      { verb: 'group.reset-offsets', outcome: 'ok', actor: 'ann', via: 'session' },
    ])
  })

  it('is applied at once to a group that is empty already', async () => {
    expect(await arm()).toMatchObject({ state: 'applied' })
  })

  it('says while it waits that offsets moved, and ends without a change when the group is empty', async () => {
    group.join()
    const reset = await arm()
    group.committed.set(0, '11')
    await look()
    expect(await stateOf(reset.id)).toMatchObject({
      state: 'armed',
      detail: expect.stringContaining('moved'),
    })
    group.leave()
    await look()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'moved' })
    expect(group.committed.get(0)).toBe('11')
    expect((await audits())[0]).toMatchObject({ verb: 'group.apply-reset', outcome: 'refused' })
  })

  it('waits again when somebody joins between the look and the act', async () => {
    group.join()
    const reset = await arm()
    group.leave()
    group.onApply = () => {
      group.join()
      throw new BrokerError('conflict', 'members are active', { detail: { members: group.members } })
    }
    await look()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'armed' })
    group.leave()
    await look()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'applied' })
    expect(group.applied).toBe(1)
  })

  it('expires after thirty minutes, and not before', async () => {
    group.join()
    const reset = await arm()
    clockMs += 30 * minute - 1
    await look()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'armed' })
    clockMs += 1
    await look()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'expired', finishedAt: expect.any(String) })
    group.leave()
    await look()
    expect(group.applied).toBe(0)
  })

  it('can be taken back once, and one group has one at a time', async () => {
    group.join()
    const reset = await arm()
    await expect(arm()).rejects.toMatchObject({
      code: 'conflict',
      detail: { reason: 'armed', reset: reset.id },
    })
    expect(await engine.cancel(reset.id, { ...callerWith(), actor: 'bob' })).toMatchObject({
      state: 'cancelled',
      detail: expect.stringContaining('bob'),
    })
    await expect(engine.cancel(reset.id, callerWith())).rejects.toMatchObject({ code: 'conflict' })
    await expect(engine.cancel('nobody', callerWith())).rejects.toMatchObject({ code: 'not_found' })
    group.leave()
    await look()
    expect(group.applied).toBe(0)
    expect(await arm()).toMatchObject({ state: 'applied' })
  })

  it('waits through a broker that is away, and fails when the group or the right is gone', async () => {
    group.join()
    const first = await arm()
    group.silence = new BrokerError('unreachable', 'connection refused')
    await look()
    expect(await stateOf(first.id)).toMatchObject({
      state: 'armed',
      detail: 'The broker cannot be asked: connection refused',
    })
    group.silence = null
    group.leave()
    group.unread.add(1)
    await look()
    expect(await stateOf(first.id)).toMatchObject({
      state: 'armed',
      detail: expect.stringContaining('orders/1 could not be read'),
    })
    group.unread.clear()
    group.mode = 'read-only'
    await look()
    expect(await stateOf(first.id)).toMatchObject({ state: 'failed', detail: 'Fake is in read-only mode' })
    group.mode = 'read-write'
    group.join()
    const second = await arm()
    group.isThere = false
    await look()
    expect(await stateOf(second.id)).toMatchObject({ state: 'failed' })
    expect(group.applied).toBe(0)
  })
})

describe('over a restart', () => {
  it('goes on waiting, and applies', async () => {
    group.join()
    const reset = await arm()
    await restart()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'armed' })
    group.leave()
    await look()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'applied' })
    expect(group.applied).toBe(1)
  })

  it('waits for a broker that is not in the console yet', async () => {
    group.join()
    const reset = await arm()
    group.isKnown = false
    await restart()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'armed' })
    group.isKnown = true
    group.leave()
    await look()
    expect(await stateOf(reset.id)).toMatchObject({ state: 'applied' })
  })

  /** As a kill leaves it: `applying` is stored, what became of it is not. */
  async function killedWhile(what: (set: () => void) => void) {
    group.join()
    const reset = await arm()
    await storage.offsetResets.move(reset.id, ['armed'], { state: 'applying', detail: '' })
    group.leave()
    what(() => {
      group.applied += 1
      for (const { partition, next } of rows) group.committed.set(partition, next)
    })
    await restart()
    return stateOf(reset.id)
  }

  it('killed after the broker set it and before that was stored: applied, not applied again', async () => {
    expect(await killedWhile((set) => set())).toMatchObject({ state: 'applied' })
    expect(group.applied).toBe(1)
  })

  it('killed there, and the group read on meanwhile: never applied a second time', async () => {
    const after = await killedWhile((set) => {
      set()
      group.committed.set(0, '7')
    })
    expect(after).toMatchObject({ state: 'moved', detail: expect.stringContaining('not applied again') })
    expect(group.committed.get(0)).toBe('7')
    expect(group.applied).toBe(1)
  })

  it('killed before anything was set: waits again, then applies once', async () => {
    expect(await killedWhile(() => undefined)).toMatchObject({ state: 'applied' })
    expect(told.map(({ detail }) => detail)).toContain('Nothing was set yet: it waits again')
    expect(group.applied).toBe(1)
  })

  it('broken off in the middle: says how many were set', async () => {
    const after = await killedWhile(() => void group.committed.set(0, '0'))
    expect(after).toMatchObject({ state: 'failed', detail: expect.stringContaining('1 of 2 partitions') })
  })
})
