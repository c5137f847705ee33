import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../../lib/schemas/reading.ts'
import { type BrokerConnection, newCall, type Sample } from '../../contract/index.ts'
import { type Clock, createClock, openSandbox } from '../testing/clock.ts'

const call = () => newCall(5_000)
const known = (reading: Reading | undefined) => (reading?.state === 'ok' ? reading.value : Number.NaN)
const queueOf = ({ destinations }: Sample, name: string) => {
  const found = destinations.find(({ ref }) => ref.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}
const groupOf = ({ groups }: Sample, name: string) => {
  const found = groups.find((group) => group.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}

async function watch(connection: BrokerConnection, clock: Clock, samples: number, stepMs: number) {
  const seen: Sample[] = []
  for (let step = 0; step < samples; step += 1) {
    clock.pass(stepMs)
    seen.push(await connection.sample([], call()))
  }
  return seen
}

describe('busy: much goes wrong at once', () => {
  it('has a group that goes back, one that stopped, one that rebalances, a queue nobody reads and one almost full', async () => {
    const clock = createClock()
    const connection = await openSandbox(clock, { scenario: 'busy' })
    const seen = await watch(connection, clock, 60, 10_000)
    const commits = seen.map((sample) => Number(groupOf(sample, 'search-index').lag[0]?.committed))
    expect(commits.some((commit, at) => commit < (commits[at - 1] ?? 0))).toBe(true)

    const stopped = seen.map((sample) => groupOf(sample, 'fraud-scores'))
    expect(new Set(stopped.map(({ lag }) => lag[0]?.committed)).size).toBe(1)
    expect(known(stopped.at(-1)?.total)).toBeGreaterThan(known(stopped[0]?.total))
    expect(stopped[0]?.members).toHaveLength(1)

    const billing = seen.map((sample) => groupOf(sample, 'billing'))
    expect(new Set(billing.map(({ epoch }) => epoch)).size).toBeGreaterThan(2)
    expect(new Set(billing.map(({ members }) => members.length))).toEqual(new Set([2, 3]))

    const exports = seen.map((sample) => queueOf(sample, 'exports').readings)
    expect(exports.map(({ consumers }) => known(consumers)).every((count) => count === 0)).toBe(true)
    expect(known(exports.at(-1)?.depth)).toBeGreaterThan(known(exports[0]?.depth))

    const full = queueOf(seen.at(-1) as Sample, 'notifications').readings
    expect(known(full.unacked)).toBe(20)
    expect(known(full.ready) / known(full.maxLength)).toBeGreaterThan(0.93)
    expect(known(full.ready)).toBeLessThanOrEqual(known(full.maxLength))
  })

  it('loses nothing: what a full queue lets go of lies in its dead-letter queue', async () => {
    const clock = createClock()
    const connection = await openSandbox(clock, { scenario: 'busy' })
    const [first, last] = await watch(connection, clock, 2, 40 * 60_000)
    const of = (sample: Sample | undefined, name: string) => queueOf(sample as Sample, name)
    const change = (name: string, counter: 'published' | 'acked') =>
      Number(of(last, name).counters[counter]?.value) - Number(of(first, name).counters[counter]?.value)
    const dead = change('notifications.dlq', 'published')
    expect(dead).toBeGreaterThan(20)
    const depth =
      known(of(last, 'notifications').readings.depth) - known(of(first, 'notifications').readings.depth)
    expect(depth).toBe(change('notifications', 'published') - change('notifications', 'acked') - dead)
    const page = await connection.browse?.read(
      { type: 'queue', name: 'notifications.dlq' },
      { limit: 1, maxBytes: 1e6 },
      call(),
    )
    expect(page?.messages[0]?.headers).toContainEqual({
      name: 'x-first-death-reason',
      type: 'string',
      value: 'maxlen',
    })
  })

  it('goes on where a stopped client is connected anew', async () => {
    const clock = createClock()
    const connection = await openSandbox(clock, { scenario: 'busy' })
    const { items } = (await connection.connections?.list({ limit: 100 }, call())) ?? { items: [] }
    const id = items.find(({ client }) => client === 'fraud-scores-1')?.id ?? ''
    await connection.connections?.close?.(id, '', call())
    const [sample] = await watch(connection, clock, 1, 20_000)
    expect(known(groupOf(sample as Sample, 'fraud-scores').total)).toBeLessThan(3)
  })

  it('keeps its messages on two servers whose memory is what they keep', async () => {
    const connection = await openSandbox(createClock(), { scenario: 'busy' })
    const { nodes = [], readings } = await connection.sample([], call())
    expect(nodes.map(({ name }) => name)).toEqual(['sandbox-1', 'sandbox-2'])
    const memory = nodes.reduce((sum, node) => sum + known(node.readings.memory), 0)
    expect(memory).toBe(2 * 48e6 + known(readings.messages) * 1_000)
    const clients = nodes.reduce((sum, node) => sum + known(node.readings.connections), 0)
    expect(clients).toBe(known(readings.connections))
  })
})

describe('blocked: no memory left', () => {
  it('refuses what is published, says why, and heals when the queue is purged', async () => {
    const clock = createClock()
    const connection = await openSandbox(clock, { scenario: 'blocked' })
    const [before, after] = await watch(connection, clock, 2, 60_000)
    expect(before?.blocked).toMatch(/sandbox-1 has no memory left/)
    expect(before?.nodes?.[0]?.problems).toMatchObject([{ scope: 'sandbox-1', code: 'memory' }])
    expect(known(after?.readings.messages)).toBe(known(before?.readings.messages))
    const [worker] = (await connection.connections?.list({ limit: 1 }, call()))?.items ?? []
    expect(worker?.state).toBe('blocked')

    const publisher = await connection.publish?.openPublisher(call())
    const message = {
      key: null,
      body: Buffer.from('{}'),
      headers: [],
      properties: {},
      from: null,
      timestampMs: null,
    }
    const target = { ref: { type: 'queue', name: 'emails' } } as const
    const send = async () => (await publisher?.send([{ target, message }], call()))?.[0]
    expect(await send()).toMatchObject({ state: 'refused', code: 'rejected', reason: before?.blocked })

    await connection.purge?.purge({ type: 'queue', name: 'exports' }, async () => undefined, call())
    expect(await send()).toMatchObject({ state: 'confirmed' })
    const [healed] = await watch(connection, clock, 1, 60_000)
    expect(healed?.blocked).toBeUndefined()
    expect(healed?.nodes?.[0]?.problems).toEqual([])
    expect(known(queueOf(healed as Sample, 'order-events').readings.depth)).toBeGreaterThan(
      known(queueOf(before as Sample, 'order-events').readings.depth),
    )
  })
})
