import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SandboxBroker } from './broker.ts'
import type { Content } from './content.ts'
import { SandboxGroup } from './group.ts'
import { LogPartition, SandboxLog } from './log.ts'
import { SandboxQueue } from './queue.ts'
import { hashAscii, hashBytes } from './random.ts'

const content: Content = { key: null, body: Buffer.from('x'), headers: [], properties: {} }
const message = {
  timestampMs: 0,
  arrivedMs: 0,
  content,
  n: 0,
  exchange: '',
  routingKey: '',
  attempts: 0,
  fate: null,
}

describe('the engine', () => {
  it('loses no message of a queue and keeps its order, whatever is held, returned and settled', () => {
    const acts = fc.array(fc.tuple(fc.constantFrom('push', 'hold', 'back', 'ack'), fc.nat(5)), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(acts, (steps) => {
        const queue = new SandboxQueue('q')
        const expected = new Set<number>()
        for (const [act, at] of steps) {
          const held = [...queue.held.keys()]
          const seq = held[at % Math.max(1, held.length)] ?? 0
          if (act === 'push') expected.add(queue.push(message).seq)
          if (act === 'hold') queue.holdHead(at)
          if (act === 'back') queue.giveBack(seq, true)
          if (act === 'ack' && queue.acknowledge(seq)) expected.delete(seq)
        }
        for (const seq of [...queue.held.keys()]) queue.giveBack(seq, true)
        expect(queue.ready.map(({ seq }) => seq)).toEqual([...expected].sort((a, b) => a - b))
      }),
    )
  })

  it('keeps the newest records of a partition under their own offsets', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(3_000), (keep, count) => {
        const partition = new LogPartition(keep)
        for (let index = 0; index < count; index += 1) partition.append(index, content)
        expect([partition.start, partition.end]).toEqual([Math.max(0, count - keep), count])
        expect(partition.at(partition.start - 1)).toBeNull()
        expect(partition.at(count)).toBeNull()
        if (count > 0) expect(partition.at(count - 1)?.timestampMs).toBe(count - 1)
        expect(partition.offsetAt(count - 1)).toBe(Math.max(0, count - 1))
      }),
      { numRuns: 40 },
    )
  })

  it('finds a time among timestamps that do not ascend', () => {
    const partition = new LogPartition(10)
    for (const atMs of [50, 10, 60, 20]) partition.append(atMs, content)
    expect([0, 55, 61].map((atMs) => partition.offsetAt(atMs))).toEqual([0, 2, 4])
  })

  it('counts the lag from the start of the log at the earliest, and none without a commit', () => {
    const log = new SandboxLog('t', 1, 5)
    const group = new SandboxGroup('g', log)
    for (let index = 0; index < 8; index += 1) log.append(0, index, content)
    expect(group.lagOf(0)).toBeNull()
    group.committed[0] = 1
    expect(group.lagOf(0)).toBe(5)
    group.advance(0, 2)
    expect([group.committed[0], group.lagOf(0)]).toEqual([5, 3])
  })

  it('routes by words, and refuses what reaches no queue', () => {
    const broker = new SandboxBroker(() => 0)
    broker.exchanges.set('x', 'topic')
    for (const [queue, pattern] of Object.entries({ one: 'a.*', many: 'a.#', exact: 'a.b', odd: 'a.+.c' })) {
      broker.addQueue(queue)
      broker.bindings.push({ exchange: 'x', pattern, queue })
    }
    const routes = (key: string) => broker.routesOf('x', key).map(({ name }) => name)
    expect(routes('a.b')).toEqual(['one', 'many', 'exact'])
    expect(routes('a.b.c')).toEqual(['many'])
    expect(routes('a')).toEqual(['many'])
    const target = { ref: { type: 'exchange', name: 'x' }, routingKey: 'z' } as const
    expect(broker.publish(target, content, null)).toMatchObject({ state: 'refused', code: 'unroutable' })
  })

  it('puts a key where its text belongs', () => {
    for (const text of ['', 'ord-0000001', 'gooseneck-kettle']) {
      expect(hashAscii(text)).toBe(hashBytes(Buffer.from(text)))
    }
  })
})
