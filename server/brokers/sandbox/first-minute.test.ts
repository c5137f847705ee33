import { describe, expect, it } from 'vitest'
import { type BrokerConnection, newCall, type Outgoing, textOfHeader } from '../contract/index.ts'
import { type Clock, createClock, openSandbox } from './testing/clock.ts'

const dlq = { type: 'queue', name: 'payments.dlq' } as const
const origin = { type: 'queue', name: 'payments' } as const
const stock = { type: 'topic', name: 'stock-changes' } as const
const call = () => newCall(2_000)

async function depthOf(connection: BrokerConnection, name: string): Promise<number> {
  const { destinations } = await connection.sample([], call())
  const depth = destinations.find(({ ref }) => ref.name === name)?.readings.depth
  if (depth?.state !== 'ok') throw new Error(`no depth of ${name}`)
  return depth.value
}

/** Claims the three, publishes each to its origin, and only then settles it. */
async function replay(connection: BrokerConnection): Promise<void> {
  const request = { select: { kind: 'head', count: 3 }, window: 10 } as const
  const session = await connection.claim?.open(dlq, request, call())
  const publisher = await connection.publish?.openPublisher(call())
  const claims = (await session?.next(10, call())) ?? []
  const batch = claims.map(({ message }): Outgoing => {
    const headers = message.headers.filter(({ name }) => !name.startsWith('x-'))
    return { target: { ref: origin }, message: { ...message, headers, from: 'sandbox' } }
  })
  const outcomes = await publisher?.send(batch, call())
  expect(outcomes?.map(({ state }) => state)).toEqual(['confirmed', 'confirmed', 'confirmed'])
  await session?.settle(claims, 'remove', call())
  await session?.close()
  await publisher?.close()
}

/** Second by second, as the sampler looks: the depths of the origin. */
async function watch(connection: BrokerConnection, clock: Clock, seconds: number): Promise<number[]> {
  const depths: number[] = []
  for (let second = 0; second < seconds; second += 1) {
    clock.pass(1_000)
    depths.push(await depthOf(connection, origin.name))
  }
  return depths
}

describe('the first minute', () => {
  it('shows a cause; a replay before the fix returns, and one after it does not', async () => {
    const clock = createClock()
    const connection = await openSandbox(clock)
    expect(await depthOf(connection, dlq.name)).toBe(3)
    const page = await connection.browse?.read(dlq, { limit: 10, maxBytes: 1 << 20 }, call())
    const headers = page?.messages[0]?.headers ?? []
    const cause = headers.find(({ name }) => name === 'x-exception-message')
    expect(cause && textOfHeader(cause)).toContain('Gateway nova declined the card')
    expect(connection.sandbox?.state()).toMatchObject({ workerBroken: true })

    await replay(connection)
    expect(await depthOf(connection, dlq.name)).toBe(0)
    const before = await depthOf(connection, origin.name)
    expect(before).toBeGreaterThanOrEqual(3)
    await watch(connection, clock, 5)
    expect(await depthOf(connection, dlq.name)).toBe(3)

    connection.sandbox?.healWorker()
    expect(connection.sandbox?.state()).toMatchObject({ workerBroken: false })
    const events = await depthOf(connection, 'payment-events')
    await replay(connection)
    expect(await depthOf(connection, origin.name)).toBeGreaterThanOrEqual(3)
    const depths = await watch(connection, clock, 10)
    expect(depths[0]).toBeGreaterThanOrEqual(3)
    expect(Math.min(...depths)).toBe(0)
    expect(await depthOf(connection, dlq.name)).toBe(0)
    expect(await depthOf(connection, 'payment-events')).toBeGreaterThanOrEqual(events + 3)
    await connection.close()
  })

  it('goes on behind what a person sends, whatever its timestamp says', async () => {
    const clock = createClock()
    const connection = await openSandbox(clock)
    const publisher = await connection.publish?.openPublisher(call())
    const message = { key: null, body: Buffer.from('{}'), headers: [], properties: {}, from: null }
    const timestampMs = clock.now() + 86_400_000
    await publisher?.send([{ target: { ref: origin }, message: { ...message, timestampMs } }], call())
    const depths = await watch(connection, clock, 20)
    expect(Math.min(...depths)).toBe(0)
    await connection.close()
  })

  it('lets a group go on when the record it cannot process is taken off', async () => {
    const clock = createClock()
    const connection = await openSandbox(clock)
    const group = await connection.groups?.describe('inventory', call())
    const [poison] = group?.pending ?? []
    expect(poison?.deliveries).toBeGreaterThan(100)
    const message = await connection.browse?.get(stock, poison?.id ?? '', call())
    expect(message?.id).toBe(poison?.id)
    const acknowledge = (ids: string[]) => connection.groups?.acknowledge?.(stock, 'inventory', ids, call())
    expect(await acknowledge(['9-9', 'nonsense'])).toBe(0)
    expect(await acknowledge([poison?.id ?? ''])).toBe(1)
    expect(await acknowledge([poison?.id ?? ''])).toBe(0)
    clock.pass(3_000)
    const after = await connection.groups?.describe('inventory', call())
    expect(after?.pending).toEqual([])
    expect(after?.total).toMatchObject({ state: 'ok' })
    if (after?.total.state === 'ok') expect(after.total.value).toBeLessThan(20)
    const other = connection.groups?.acknowledge?.(stock, 'billing', ['0-1'], call())
    await expect(other).rejects.toMatchObject({ code: 'not_found' })
    await connection.close()
  })

  it('says where rejects go: queues, a retry, a topic, and a dead end', async () => {
    const connection = await openSandbox(createClock())
    const edges = (await connection.deadLetters?.edges(call())) ?? []
    const said = edges.map(({ from, to, role }) => `${from.name} ${role} ${to?.name ?? 'nowhere'}`)
    expect(said.sort()).toEqual([
      'emails dead-letter nowhere',
      'orders dead-letter orders.dlq',
      'orders.retry retry orders',
      'payments dead-letter payments.dlq',
      'stock-changes dead-letter stock-changes.DLT',
    ])
    await connection.close()
  })
})
