import { describe, expect, it, vi } from 'vitest'
import { textHeader } from '../brokers/contract/index.ts'
import { plainTraits } from '../brokers/testing/plain-traits.ts'
import type { ReplayRepository } from '../storage/contract/index.ts'
import { Control } from './control.ts'
import { replayedHeaders } from './headers.ts'
import { emptyCounts, foldCounts, RunLedger } from './ledger.ts'
import { buildOutgoing } from './outgoing.ts'
import { Pace } from './pace.ts'
import { describeRun } from './sentence.ts'

describe('pace', () => {
  it('gives what the rate earned, never a burst of more than a quarter second', () => {
    let nowMs = 0
    const pace = new Pace(100, () => nowMs)
    expect(pace.take(50)).toEqual({ granted: 1, waitMs: 0 })
    expect(pace.take(50)).toEqual({ granted: 0, waitMs: 10 })
    nowMs = 100
    expect(pace.take(50).granted).toBe(10)
    nowMs = 60_000
    expect(pace.take(1000).granted).toBe(25)
    pace.refund(5)
    expect(pace.take(1000).granted).toBe(5)
  })

  it('keeps to rates below one a second, and to none', () => {
    let nowMs = 0
    const pace = new Pace(0.5, () => nowMs)
    expect(pace.take(1).granted).toBe(1)
    expect(pace.take(1)).toEqual({ granted: 0, waitMs: 2000 })
    nowMs = 2000
    expect(pace.take(1).granted).toBe(1)
    expect(new Pace(null, () => 0).take(777).granted).toBe(777)
  })
})

describe('headers of a replayed message', () => {
  const stamp = { run: 'r1', row: 7, from: 'orders.dlq', atMs: 0 }
  const rabbitTraits = { ...plainTraits, ownHeaders: ['x-death', 'x-first-death-*', 'CC'] }
  const rabbit = { from: rabbitTraits, to: rabbitTraits }

  it('strips what the matching reader named and what the broker owns; all others and their order stay', () => {
    const headers = [
      textHeader('b', '1'),
      textHeader('x-death', 'old'),
      textHeader('x-first-death-queue', 'orders'),
      textHeader('a', '2'),
      textHeader('x-exception', 'boom'),
      textHeader('CC', 'everywhere'),
      textHeader('b', '3'),
    ]
    const sent = replayedHeaders(headers, rabbit, ['x-exception'], stamp)
    expect(sent.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'b=1',
      'a=2',
      'b=3',
      'signalbox-replay-id=r1/7',
      'signalbox-replayed-from=orders.dlq',
      'signalbox-replay-count=1',
      'signalbox-replayed-at=1970-01-01T00:00:00.000Z',
    ])
    const again = replayedHeaders(sent, rabbit, [], { ...stamp, row: 9 })
    expect(again.filter(({ name }) => name.startsWith('signalbox-')).map(({ value }) => value)).toEqual([
      'r1/9',
      'orders.dlq',
      '2',
      '1970-01-01T00:00:00.000Z',
    ])
  })

  it('copies fields between Redis streams untouched', () => {
    const headers = [textHeader('error', 'boom'), textHeader('CC', 'x')]
    const fields = { ...plainTraits, isFields: true }
    const sent = replayedHeaders(headers, { from: fields, to: fields }, ['error'], stamp)
    expect(sent.slice(0, 2)).toEqual(headers)
  })

  it('leaves key, body and properties as they are, unless a key was chosen', () => {
    const message = {
      id: '1',
      position: '1',
      key: Buffer.from([0, 255]),
      body: Buffer.from([1, 2, 254]),
      headers: [],
      properties: { contentType: 'x/y' },
      timestampMs: 5,
      sizeBytes: 5,
    }
    const plan = { kind: 'kafka', ends: { from: plainTraits, to: plainTraits } } as const
    const ref = { type: 'topic', name: 'orders' } as const
    const { message: sent } = buildOutgoing(message, null, plan, { ref }, stamp, undefined)
    expect(sent).toMatchObject({
      key: message.key,
      body: message.body,
      properties: message.properties,
      from: 'kafka',
    })
    expect(buildOutgoing(message, null, plan, { ref }, stamp, 'k').message.key).toEqual(Buffer.from('k'))
  })
})

describe('counts', () => {
  it.each(['running', 'cancelled'])('always sum to the total (%s)', (state) => {
    const states = { ...emptyCounts, frozen: 3, intent: 1, settled: 4, uncertain: 2 }
    const { total, ...six } = foldCounts(states, 20, state)
    expect(Object.values(six).reduce((sum, n) => sum + n, 0)).toBe(total)
    expect(six[state === 'running' ? 'pending' : 'skipped']).toBe(13)
  })
})

describe('control', () => {
  it('lets cancel outrank pause, and ends every wait', async () => {
    const control = new Control()
    const sleep = control.sleep(60_000)
    control.ask('cancel')
    control.ask('pause')
    await sleep
    expect([control.wish, control.goesOn, control.signal.aborted]).toEqual(['cancel', false, true])
  })
})

describe('the sentence of a run', () => {
  const at = '2026-01-01T00:00:00.000Z'
  const reading = (value: number) => ({ state: 'ok', value, unit: 'messages', at, quality: 'exact' }) as const
  it('says what was delivered and what waits there, and nothing that is not known', () => {
    const plan = { chosen: { type: 'queue', name: 'orders' }, input: {} } as never
    const counts = { total: 3, pending: 0, sent: 0, done: 3, failed: 0, uncertain: 0, skipped: 0 }
    const target = { id: 'x', name: 'orders', depth: reading(3), consumers: reading(1) }
    const outcome = { targets: [target], arrivedSince: reading(0) }
    const facts = { state: 'completed', plan, counts, outcome, problem: null } as const
    expect(describeRun(facts)).toBe('delivered to orders, 3 waiting there')
    const partly = { ...counts, done: 1, failed: 1, skipped: 1 }
    expect(describeRun({ ...facts, counts: partly })).toBe(
      '1 of 3 delivered to orders, 3 waiting there, 1 failed, 1 left where they were',
    )
  })
})

describe('notes of a run', () => {
  async function openLedger() {
    const written: string[] = []
    let fails = false
    const note = async (what: string) => {
      if (fails) throw new Error('the disk is full')
      written.push(what)
    }
    const storage: Pick<ReplayRepository, 'countStates' | 'append' | 'mark'> = {
      countStates: async () => ({ ...emptyCounts, intent: 2 }),
      append: async (_run, rows, _now, updates = []) => {
        await note(
          `${rows.length} rows with ${updates.map(({ row, state }) => `${row} ${state}`).join(', ')}`,
        )
        return { first: 3 }
      },
      mark: async (_run, updates) => note(updates.map(({ row, state }) => `${row} ${state}`).join(', ')),
    }
    const ledger = await RunLedger.open(storage as ReplayRepository, 'r', Date.now, () => undefined)
    return {
      ledger,
      written,
      fail: () => {
        fails = true
      },
    }
  }
  const confirmed = (row: number) => [{ from: 'intent', updates: [{ row, state: 'confirmed' }] }] as const

  it('go to disk with the rows that come next', async () => {
    const { ledger, written } = await openLedger()
    const notes = [ledger.moveSoon(confirmed(1)), ledger.moveSoon(confirmed(2))]
    expect(await ledger.append([{ messageId: 'c', state: 'intent' }])).toBe(3)
    await Promise.all(notes)
    expect(written).toEqual(['1 rows with 1 confirmed, 2 confirmed'])
    expect(ledger.counts).toMatchObject({ intent: 1, confirmed: 2 })
  })

  it('go by themselves when nothing comes, and at once when asked', async () => {
    vi.useFakeTimers()
    try {
      const { ledger, written } = await openLedger()
      const first = ledger.moveSoon(confirmed(1))
      await vi.advanceTimersByTimeAsync(24)
      expect(written).toEqual([])
      await vi.advanceTimersByTimeAsync(1)
      await first
      const second = ledger.moveSoon(confirmed(2))
      ledger.flush()
      await second
      expect(written).toEqual(['1 confirmed', '2 confirmed'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('that could not be written fail whoever waits for them, and count as nothing', async () => {
    const { ledger, fail } = await openLedger()
    fail()
    const note = ledger.moveSoon(confirmed(1))
    const heard = expect(note).rejects.toThrow('full')
    await expect(ledger.append([{ messageId: 'c', state: 'intent' }])).rejects.toThrow('full')
    await heard
    expect(ledger.counts).toMatchObject({ intent: 2, confirmed: 0 })
  })
})
