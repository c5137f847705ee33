import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { openEvents } from '../support/events.ts'
import { type Bench, type ErrorBody, openBench, type Page, type Reading } from './support.ts'

interface Group {
  readonly id: string
  readonly name: string
  readonly members: readonly { readonly id: string; readonly host?: string }[]
  readonly lag: readonly {
    readonly destination: string
    readonly partition: number
    readonly committed: string | null
    readonly start: string
  }[]
  readonly pending?: readonly {
    readonly id: string
    readonly destination: string
    readonly consumer: string
  }[]
  readonly links: { readonly self: string }
}
interface Plan {
  readonly rows: readonly {
    readonly destination: string
    readonly partition: number
    readonly old: string | null
    readonly next: string
    readonly skipped: Reading
    readonly again: Reading
  }[]
  readonly members: readonly { readonly id: string }[]
  readonly sentence: string
}
interface Reset {
  readonly id: string
  readonly state: string
  readonly detail: string
  readonly expiresAt: string | null
}
interface Connection {
  readonly id: string
  readonly client: string
  readonly isOwn: boolean
  readonly closeEffect?: string
  readonly consumers: readonly { readonly destination: { readonly id?: string; readonly name: string } }[]
}

/** Nothing is read or written there but by what a test does. */
const still = { kind: 'sandbox', traffic: 'still', environment: 'development' } as const
let bench: Bench
beforeAll(async () => {
  bench = await openBench([], {
    brokers: [
      { ...still, id: 'shop', label: 'Shop' },
      { ...still, id: 'frozen', label: 'Frozen', mode: 'read-only' },
    ],
    settings: { sandbox: false, discover: false },
  })
  await groupOf('shop', 'inventory')
})
afterAll(() => bench.close())

const groupOf = (broker: string, name: string) =>
  waitFor(async () => {
    const { items } = await bench.api.get<Page<Group>>(`/brokers/${broker}/groups?q=${name}`)
    const found = items.find((one) => one.name === name)
    return found && bench.api.get<Group>(found.links.self)
  }, `the group ${name}`)
const plan = ({ links }: Group, target: object, parts?: object) =>
  bench.api.post<Plan>(`${links.self}/offsets/plan`, parts ? { target, parts } : { target })
const stepsOf = ({ rows }: Plan) =>
  rows.map(({ destination, partition, old, next }) => ({ destination, partition, old, next }))
const reset = ({ links, name }: Group, rows: object, more: object = {}) =>
  bench.api.send<Reset & ErrorBody>('POST', `${links.self}/offset-resets`, { rows, confirm: name, ...more })
const resetsOf = ({ id }: Group) => bench.api.get<Page<Reset>>(`/offset-resets?broker=shop&group=${id}`)
const stateOf = async (group: Group, id: string) => (await resetsOf(group)).items.find((one) => one.id === id)
const reach = (group: Group, id: string, state: string) =>
  waitFor(async () => {
    const found = await stateOf(group, id)
    return found?.state === state && found
  }, `the reset ${state}`)
/** Everybody leaves, for the ten seconds until the sandbox's clients are back. */
async function empty(group: Group): Promise<void> {
  const { members } = await bench.api.get<Group>(group.links.self)
  for (const { id } of members) await bench.api.post(`${group.links.self}/members/remove`, { member: id })
}
const occupied = (name: string) =>
  waitFor(
    async () => {
      const group = await groupOf('shop', name)
      return group.members.length > 0 && group
    },
    `members of ${name}`,
    15_000,
  )

describe('pending entries, before their group is moved past them', () => {
  test('a pending entry is handed to another consumer by the name it bears; an exact count is a count', async () => {
    const { items } = await bench.api.get<Page<Group>>('/brokers/shop/groups')
    const groups = await Promise.all(items.map(({ links }) => bench.api.get<Group>(links.self)))
    const group = groups.find(({ pending, members }) => pending?.length && members.length > 1)
    const [entry] = group?.pending ?? []
    const other = group?.members.find(({ id }) => id !== entry?.consumer)
    expect(entry && other).toBeDefined()
    const body = { destination: entry?.destination, ids: [entry?.id], consumer: other?.id }
    expect(await bench.api.post(`${group?.links.self}/pending/claim`, body)).toMatchObject({ done: 1 })
    const after = await bench.api.get<Group>(group?.links.self ?? '')
    expect(after.pending?.find(({ id }) => id === entry?.id)?.consumer).toBe(other?.id)
    const [row] = after.lag
    const counted = await bench.api.get<{ count: number; isWhole: boolean }>(
      `${group?.links.self}/lag/count?destination=${row?.destination}&partition=${row?.partition}`,
    )
    expect(counted.isWhole).toBe(true)
  })
})

describe('offsets', () => {
  test('a plan changes nothing, and says partition by partition what is read again', async () => {
    const group = await groupOf('shop', 'inventory')
    const { rows, members, sentence } = await plan(group, { kind: 'earliest' })
    expect(rows).toHaveLength(group.lag.length)
    for (const row of rows) {
      const at = group.lag.find(({ partition }) => partition === row.partition)
      expect(row).toMatchObject({ old: at?.committed, next: at?.start, skipped: { state: 'ok', value: 0 } })
      expect(row.again).toMatchObject({ value: Number(at?.committed) - Number(at?.start) })
    }
    expect(members.length).toBeGreaterThan(0)
    expect(sentence).toMatch(/read again/)
    expect(await groupOf('shop', 'inventory')).toMatchObject({
      lag: group.lag.map(({ committed }) => ({ committed })),
    })
  })

  test('are not moved under active members, who are named with their hosts', async () => {
    const group = await groupOf('shop', 'inventory')
    const rows = stepsOf(await plan(group, { kind: 'earliest' }))
    const { status, body } = await reset(group, rows)
    const [member] = group.members
    expect(status).toBe(409)
    expect(body.error.message).toContain(member?.host)
    const { reason, members } = body.error.detail as { reason: string; members: Group['members'] }
    expect(reason).toBe('members')
    expect(members.map(({ id }) => id)).toEqual(group.members.map(({ id }) => id))
    expect((await reset(group, rows, { confirm: 'inventor', whenEmpty: true })).status).toBe(400)
  })

  test('armed, then cancelled: nothing is moved', async () => {
    const group = await groupOf('shop', 'inventory')
    const rows = stepsOf(await plan(group, { kind: 'latest' }))
    const { status, body } = await reset(group, rows, { whenEmpty: true })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      state: 'armed',
      detail: expect.stringContaining(group.members[0]?.host ?? ''),
    })
    expect(Date.parse(body.expiresAt ?? '') - Date.now()).toBeGreaterThan(29 * 60_000)
    expect((await reset(group, rows, { whenEmpty: true })).status).toBe(409)
    expect(await bench.api.post<Reset>(`/offset-resets/${body.id}/cancel`)).toMatchObject({
      state: 'cancelled',
    })
    expect((await bench.api.send('POST', `/offset-resets/${body.id}/cancel`)).status).toBe(409)
    expect((await groupOf('shop', 'inventory')).lag).toMatchObject(
      group.lag.map(({ committed }) => ({ committed })),
    )
  })

  test('armed, over a kill of the console, until the members leave: applied, told, and recorded once', async () => {
    const group = await groupOf('shop', 'inventory')
    const planned = await plan(group, { kind: 'shift', by: -3 })
    const { body } = await reset(group, stepsOf(planned), { whenEmpty: true })
    // The sandbox lives in the process: after the kill it is born again, still and the same.
    await bench.server.kill()
    await bench.server.start()
    const again = await groupOf('shop', 'inventory')
    expect(again.lag).toMatchObject(planned.rows.map(({ old }) => ({ committed: old })))
    expect(await stateOf(group, body.id)).toMatchObject({ state: 'armed' })
    const { url, token } = bench.server
    const live = openEvents(`${url}/api/v1/live`, { authorization: `Bearer ${token}` })
    try {
      await empty(group)
      await reach(group, body.id, 'applied')
      await waitFor(
        async () =>
          live.events.some(
            ({ event, data }) => event === 'reset' && JSON.stringify(data).includes('applied'),
          ),
        'the news of it',
      )
    } finally {
      live.stop()
    }
    expect((await groupOf('shop', 'inventory')).lag).toMatchObject(
      planned.rows.map(({ next }) => ({ committed: next })),
    )
    const audit = await bench.api.get<Page<{ verb: string; outcome: string }>>('/audit?broker=shop&limit=100')
    const applied = audit.items.filter(
      ({ verb, outcome }) => verb === 'group.apply-reset' && outcome === 'ok',
    )
    expect(applied).toHaveLength(1)
  })

  test('armed, and moved by somebody else meanwhile: nothing is done', async () => {
    const group = await occupied('inventory')
    // Its members come back by themselves after 10 s: then the whole is tried again.
    const next = await waitFor(
      async () => {
        const stale = stepsOf(await plan(group, { kind: 'earliest' }))
        await empty(group)
        const step = (await plan(group, { kind: 'shift', by: 1 })).rows.slice(0, 1)
        const moved = await reset(group, stepsOf({ rows: step, members: [], sentence: '' }))
        if (moved.body.state !== 'applied') return false
        const { status, body } = await reset(group, stale, { whenEmpty: true })
        if (status === 201) await bench.api.post(`/offset-resets/${body.id}/cancel`)
        return status === 409 && body.error.detail?.reason === 'moved' && step[0]?.next
      },
      'a stale plan refused because the group was moved',
      60_000,
    )
    const [first] = (await groupOf('shop', 'inventory')).lag
    expect(first?.committed).toBe(next)
  })

  test('one message is skipped on one partition, and on that one only', async () => {
    const group = await groupOf('shop', 'audit-archive')
    const at = group.lag.find(({ committed }) => committed !== null)
    expect(at).toBeDefined()
    const part = { destination: at?.destination, partition: at?.partition }
    const planned = await plan(group, { kind: 'skip-one' }, [part])
    expect(planned.rows).toMatchObject([{ ...part, skipped: { value: 1 }, again: { value: 0 } }])
    expect((await reset(group, stepsOf(planned))).body).toMatchObject({ state: 'applied' })
    const after = (await groupOf('shop', 'audit-archive')).lag
    for (const row of after) {
      const before = group.lag.find(({ partition }) => partition === row.partition)?.committed
      expect(row.committed).toBe(row.partition === at?.partition ? planned.rows[0]?.next : before)
    }
    expect(
      (await bench.api.send('POST', `${group.links.self}/offsets/plan`, { target: { kind: 'skip-one' } }))
        .status,
    ).toBe(400)
  })

  test('of a read-only broker are planned, not set', async () => {
    const group = await groupOf('frozen', 'audit-archive')
    const planned = await plan(group, { kind: 'latest' })
    const { status, body } = await reset(group, stepsOf(planned))
    expect([status, body.error.detail]).toMatchObject([403, { reason: 'read-only' }])
  })
})

describe('connections', () => {
  const list = (query = '') => bench.api.get<Page<Connection>>(`/brokers/shop/connections${query}`)

  test('of a broker, page by page, and of one destination, with the ids of what they read', async () => {
    const all = await bench.api.all<Connection>('/brokers/shop/connections?limit=2')
    expect(all.length).toBeGreaterThan(2)
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(all.some(({ isOwn }) => isOwn)).toBe(true)
    const payments = await bench.api.destination('shop', 'payments')
    const { items } = await list(`?destination=${payments.id}`)
    expect(items.length).toBeGreaterThan(0)
    for (const one of items)
      expect(one.consumers.some(({ destination }) => destination.id === payments.id)).toBe(true)
    expect((await bench.api.send('GET', '/brokers/shop/connections?destination=nothing')).status).toBe(404)
  })

  test('one is closed after its name was typed, never the console’s own', async () => {
    const payments = await bench.api.destination('shop', 'payments')
    const [victim] = (await list(`?destination=${payments.id}`)).items
    const own = (await list()).items.find(({ isOwn }) => isOwn)
    const close = (one: Connection | undefined, confirm: string) =>
      bench.api.send('POST', `/brokers/shop/connections/${one?.id}/close`, { confirm })
    expect(victim?.closeEffect).toMatch(/\w+/)
    expect((await close(victim, 'somebody')).status).toBe(400)
    expect((await close(own, own?.client ?? '')).status).toBe(403)
    expect((await close(victim, victim?.client ?? '')).status).toBe(200)
    await waitFor(
      async () => !(await list()).items.some(({ id }) => id === victim?.id),
      'it to be gone',
      5_000,
    )
    const { items } = await bench.api.get<Page<{ verb: string; outcome: string }>>('/audit?limit=20')
    expect(items.filter(({ verb }) => verb === 'connection.close').map(({ outcome }) => outcome)).toEqual([
      'ok',
      'refused',
      'failed',
    ])
  })
})

describe('nodes and members', () => {
  test('every node says what it uses against its limits', async () => {
    const { items } =
      await bench.api.get<Page<{ state: string; readings: Record<string, Reading> }>>('/brokers/shop/nodes')
    expect(items).toMatchObject([{ state: 'running', readings: { memory: { state: 'ok' } } }])
    expect(items[0]?.readings.memory?.value).toBeLessThan(items[0]?.readings.memoryLimit?.value ?? 0)
  })

  test('a member is removed after its effect was told', async () => {
    const group = await occupied('billing')
    const [member] = group.members
    const path = `${group.links.self}/members`
    const { effect } = await bench.api.get<{ effect: string }>(`${path}/removal?member=${member?.id}`)
    expect(effect).toContain(member?.id)
    await bench.api.post(`${path}/remove`, { member: member?.id })
    expect((await groupOf('shop', 'billing')).members.map(({ id }) => id)).not.toContain(member?.id)
    expect((await bench.api.send('GET', `${path}/removal?member=nobody`)).status).toBe(404)
  })
})
