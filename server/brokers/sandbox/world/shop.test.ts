import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { SandboxBroker } from '../engine/broker.ts'
import { contentOf, type Holder } from '../engine/content.ts'
import { createClock } from '../testing/clock.ts'
import { createSandbox } from './scenarios.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

const show = (holder: Holder) => {
  const { key, body, headers, properties } = contentOf(holder)
  const text = [key, body].map((bytes) => (bytes ? Buffer.from(bytes).toString('base64') : null))
  return { at: holder.timestampMs, text, headers, properties }
}

/** Everything there is in a world, message for message; of the logs the last of each partition. */
function picture(broker: SandboxBroker): string {
  return JSON.stringify({
    queues: [...broker.queues.values()].map((q) => [q.name, q.counters, q.lastSequence, q.ready.map(show)]),
    logs: [...broker.logs.values()].map((log) => [
      log.name,
      log.partitions.map((p) => {
        const last = Array.from({ length: 20 }, (_, step) => p.at(p.end - 1 - step))
        return [p.start, p.end, last.flatMap((record) => (record ? show(record) : []))]
      }),
    ]),
    groups: [...broker.groups.values()].map((g) => [g.name, g.committed, g.pending]),
  })
}

describe('the shop', () => {
  it('is the same world for the same seed and clock, however often one looks', () => {
    const [often, once] = [createClock(), createClock()]
    const watched = createSandbox({ seed: 7 }, often.now)
    const left = createSandbox({ seed: 7 }, once.now)
    expect(picture(watched)).toBe(picture(left))
    for (let step = 0; step < 400; step += 1) {
      often.pass(1_730)
      watched.advance()
    }
    once.pass(400 * 1_730)
    left.advance()
    expect(picture(watched)).toBe(picture(left))
    expect(picture(createSandbox({ seed: 8 }, createClock().now))).not.toBe(
      picture(createSandbox({ seed: 7 }, createClock().now)),
    )
  })

  it('is born with 24 hours of past in less than 200 ms', () => {
    const births = Array.from({ length: 8 }, () => {
      const startedAt = performance.now()
      createSandbox({}, createClock().now)
      return performance.now() - startedAt
    })
    // The quickest: what else the machine does meanwhile is not measured.
    expect(Math.min(...births)).toBeLessThan(200)
    const clock = createClock()
    const broker = createSandbox({}, clock.now)
    const [first] = broker.logs.get('order-events')?.partitions ?? []
    const oldestMs = first?.at(first.start)?.timestampMs ?? 0
    const newestMs = first?.at(first.end - 1)?.timestampMs ?? 0
    expect(clock.now() - oldestMs).toBeGreaterThan(23.9 * hourMs)
    expect(clock.now() - newestMs).toBeLessThan(minuteMs)
  })

  it('has three payments waiting, dead orders of many causes, a group behind and one that is stuck', () => {
    const broker = createSandbox({}, createClock().now)
    expect(broker.queues.get('payments.dlq')?.depth).toBe(3)
    const dead = broker.queues.get('orders.dlq')?.ready.map((message) => contentOf(message)) ?? []
    expect(dead.length).toBeGreaterThan(30)
    const formats = ['x-death', 'x-exception-message', 'MT-Fault-Message', 'NServiceBus.FailedQ']
    for (const name of formats) {
      const carriers = dead.filter(({ headers }) => headers.some((header) => header.name === name))
      expect(carriers.length, name).toBeGreaterThan(2)
    }
    const topic = broker.logs.get('stock-changes.DLT')?.partition(0)
    const names = Array.from({ length: 3 }, (_, step) => topic?.at(topic.end - 1 - step)).flatMap((record) =>
      record ? contentOf(record).headers.map(({ name }) => name) : [],
    )
    expect(names).toContain('kafka_dlt-exception-message')
    expect(names).toContain('__connect.errors.exception.message')
    expect(broker.groups.get('analytics')?.lagOf(0)).toBeGreaterThan(500)
    expect(broker.groups.get('inventory')?.pending).toHaveLength(1)
    expect(broker.groups.get('audit-archive')?.lagOf(2)).toBeNull()
  })

  it('tells every order under its id: what happened to it, in order, in one partition', () => {
    const broker = createSandbox({}, createClock().now)
    const log = broker.logs.get('order-events')
    const seen = new Map<string, string[]>()
    for (const [index, partition] of log?.partitions.entries() ?? [])
      for (let offset = partition.start; offset < partition.start + 3_000; offset += 1) {
        const record = partition.at(offset)
        if (!record) continue
        const content = contentOf(record)
        const key = `${index} ${Buffer.from(content.key ?? []).toString()}`
        seen.set(key, [...(seen.get(key) ?? []), String(content.properties.messageId)])
      }
    const ids = [...seen.keys()].map((key) => key.split(' ')[1])
    expect(new Set(ids).size).toBe(ids.length)
    const whole = [...seen.values()].filter((events) => events.length === 3)
    expect(whole.length).toBeGreaterThan(1_000)
    for (const events of whole.slice(0, 50))
      expect(events.map((id) => id.split('-')[0])).toEqual(['order.created', 'order.paid', 'order.shipped'])
  })

  it('lives on, and stays small over days', () => {
    const clock = createClock()
    const broker = createSandbox({}, clock.now)
    const counts = () => [...broker.queues.values(), ...broker.logs.values()].map((one) => one.depth)
    const before = broker.queues.get('orders')?.counters.published ?? 0
    const deadBefore = broker.queues.get('orders.dlq')?.depth ?? 0
    clock.pass(10 * minuteMs)
    broker.advance()
    expect((broker.queues.get('orders')?.counters.published ?? 0) - before).toBeGreaterThan(100)
    expect(broker.queues.get('orders.dlq')?.depth).toBeGreaterThan(deadBefore + 8)
    for (let day = 0; day < 3; day += 1) {
      for (let step = 0; step < 24 * 60; step += 1) {
        clock.pass(minuteMs)
        broker.advance()
      }
    }
    const total = counts().reduce((sum, count) => sum + count, 0)
    expect(total).toBeLessThan(200_000)
    expect(broker.queues.get('orders.dlq')?.depth).toBeLessThanOrEqual(600)
    expect(broker.groups.get('analytics')?.lagOf(0)).toBeLessThan(12_001)
    // A laptop that slept for a month.
    const startedAt = performance.now()
    clock.pass(30 * 24 * hourMs)
    broker.advance()
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(counts().reduce((sum, count) => sum + count, 0)).toBeLessThan(200_000)
  })

  it('tells its last day as it lived it: what lies there is what came minus what went', () => {
    const clock = createClock()
    const { past, bornMs } = createSandbox({}, clock.now)
    const ages = past.map(({ atMs }) => bornMs - atMs)
    expect(Math.max(...ages)).toBe(24 * hourMs - 2 * minuteMs)
    expect(ages.at(-1)).toBe(0)
    const gaps = ages.slice(1).map((age, index) => (ages[index] ?? 0) - age)
    // No longer than what a rate is still told over.
    expect(gaps).toEqual(gaps.toSorted((a, b) => b - a))
    expect([...new Set(gaps)]).toEqual([2 * minuteMs, minuteMs / 2, minuteMs / 6])
    const countsOf = (one: (typeof past)[number], name: string) => {
      const found = one.destinations.find(({ ref }) => ref.name === name)
      const { depth } = found?.readings ?? {}
      if (!found || depth?.state !== 'ok') throw new Error(`no depth of ${name}`)
      const { published, acked } = found.counters
      return { depth: depth.value, moved: Number(published?.value) - Number(acked?.value) }
    }
    for (const name of ['orders', 'payments', 'orders.dlq', 'orders.retry'])
      for (const [index, now] of past.entries()) {
        const before = past[index - 1]
        if (!before) continue
        const [a, b] = [countsOf(before, name), countsOf(now, name)]
        expect(b.depth - a.depth, `${name} at ${index}`).toBe(b.moved - a.moved)
      }
    for (const { groups } of past)
      for (const { lag } of groups)
        for (const row of lag)
          if (row.lag.state === 'ok')
            expect(row.lag.value).toBe(Math.max(0, Number(row.end) - Number(row.committed)))
  })

  it('keeps no process alive after it was closed', { timeout: 20_000 }, () => {
    const script = fileURLToPath(new URL('../testing/close-and-end.ts', import.meta.url))
    const ended = spawnSync(process.execPath, [script], { timeout: 10_000, encoding: 'utf8' })
    expect({ status: ended.status, stdout: ended.stdout }, ended.stderr).toEqual({
      status: 0,
      stdout: 'closed\n',
    })
  })
})
