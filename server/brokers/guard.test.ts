import { describe, expect, it, vi } from 'vitest'
import { type Permission, permissions } from '../../lib/domain/permissions.ts'
import {
  type BrokerConnection,
  BrokerError,
  type Call,
  type Caller,
  type ClaimSession,
  newCall,
  type Publisher,
} from './contract/index.ts'
import { type GuardSettings, guardBroker } from './guard.ts'
import { sandbox } from './sandbox/index.ts'
import { plainTraits } from './testing/plain-traits.ts'

const settings: GuardSettings = {
  id: 'shop',
  kind: 'sandbox',
  label: 'Shop',
  environment: 'production',
  mode: 'read-write',
  address: 'somewhere:1',
}
const caller: Caller = { actor: 'ada', via: 'session', permissions: new Set(permissions), auditId: 'audit-1' }
const ref = { type: 'queue', name: 'orders' } as const
const pageRequest = { limit: 5, maxBytes: 1_000 }
const claimRequest = { select: { kind: 'head', count: 1 }, window: 1 } as const
const part = { destination: 'orders', partition: 0 }
const claim = { ref, ids: ['1'], consumer: 'c', minIdleMs: 0 }
const never = () => new Promise<never>(() => undefined)

const bare: BrokerConnection = {
  kind: 'sandbox',
  traits: plainTraits,
  probe: never,
  listDestinations: never,
  describeDestination: never,
  sample: never,
  close: async () => undefined,
}
const deps = {
  brokerId: 'shop',
  notes: { get: async () => null, set: async () => undefined },
  log: { debug() {}, info() {}, warn() {}, error() {} },
  now: Date.now,
}
const shop = sandbox.connect({ scenario: 'empty' }, deps)
const openGuarded = async (who: Partial<Caller> = {}, how: Partial<GuardSettings> = {}) =>
  guardBroker({ ...settings, ...how }, await shop).as({ ...caller, ...who })
const guard = (facets: Partial<BrokerConnection>) => guardBroker(settings, { ...bare, ...facets }).as(caller)

/** Every member that can be called, with the permission it needs. */
type Act = (connection: BrokerConnection, call: Call) => unknown
const reads: Record<string, [Permission, Act]> = {
  probe: ['brokers.read', (c, call) => c.probe(call)],
  listDestinations: ['brokers.read', (c, call) => c.listDestinations({ limit: 1 }, call)],
  describeDestination: ['brokers.read', (c, call) => c.describeDestination(ref, call)],
  sample: ['brokers.read', (c, call) => c.sample([], call)],
  past: ['brokers.read', (c, call) => c.past?.(call)],
  'browse.read': ['messages.read', (c, call) => c.browse?.read(ref, pageRequest, call)],
  'browse.get': ['messages.read', (c, call) => c.browse?.get(ref, 'q-1', call)],
  'tail.follow': ['messages.read', (c, call) => c.tail?.follow(ref, call)],
  'publish.check': ['brokers.read', (c, call) => c.publish?.check({ ref }, call)],
  'publish.verify.mark': ['messages.read', (c, call) => c.publish?.verify?.mark(ref, call)],
  'publish.verify.findSince': [
    'messages.read',
    (c, call) => c.publish?.verify?.findSince(ref, 'm', 'h', call),
  ],
  'claim.shapeOf': ['brokers.read', (c) => c.claim?.shapeOf(ref)],
  'claim.settlesOf': ['brokers.read', (c) => c.claim?.settlesOf(ref)],
  'claim.count': ['brokers.read', (c, call) => c.claim?.count(ref, call)],
  'claim.freeze': ['messages.read', (c, call) => c.claim?.freeze(ref, call)],
  'claim.effects': ['brokers.read', (c, call) => c.claim?.effects(ref, claimRequest, call)],
  'claim.transaction': ['brokers.read', (c) => c.claim?.transaction?.(ref, { ref })],
  'groups.describe': ['brokers.read', (c, call) => c.groups?.describe('billing', call)],
  'groups.removalEffect': ['brokers.read', (c, call) => c.groups?.removalEffect?.('billing', 'm', call)],
  'groups.countLag': ['messages.read', (c, call) => c.groups?.countLag?.('billing', part, 10, call)],
  'offsets.plan': [
    'brokers.read',
    (c, call) => c.offsets?.plan('billing', { target: { kind: 'latest' } }, call),
  ],
  'connections.list': ['brokers.read', (c, call) => c.connections?.list({ limit: 1 }, call)],
  'deadLetters.edges': ['brokers.read', (c, call) => c.deadLetters?.edges(call)],
  'sandbox.state': ['brokers.read', (c) => c.sandbox?.state()],
  'sandbox.breakWorker': ['sandbox.play', (c) => c.sandbox?.breakWorker()],
  'sandbox.healWorker': ['sandbox.play', (c) => c.sandbox?.healWorker()],
}
const writes: Record<string, [Permission, Act]> = {
  'publish.openPublisher': ['messages.publish', (c, call) => c.publish?.openPublisher(call)],
  'claim.open': ['messages.settle', (c, call) => c.claim?.open(ref, claimRequest, call)],
  'purge.purge': ['messages.purge', (c, call) => c.purge?.purge(ref, async () => undefined, call)],
  'manage.ensure': ['messages.settle', (c, call) => c.manage?.ensure({ ...ref, name: 'new' }, call)],
  'manage.removeEmpty': ['messages.settle', (c, call) => c.manage?.removeEmpty(ref, call)],
  'groups.acknowledge': ['messages.settle', (c, call) => c.groups?.acknowledge?.(ref, 'g', ['1'], call)],
  'groups.removeMember': ['groups.manage', (c, call) => c.groups?.removeMember?.('billing', 'm', call)],
  'groups.claimPending': ['groups.manage', (c, call) => c.groups?.claimPending?.('billing', claim, call)],
  'offsets.apply': ['groups.manage', (c, call) => c.offsets?.apply('billing', [], call)],
  'connections.close': ['connections.close', (c, call) => c.connections?.close?.('c', 'why', call)],
}
const everything = { ...reads, ...writes }

/** Why the guard refused, or null when it let the act through, whatever became of it. */
async function refusal(connection: BrokerConnection, act: Act): Promise<string | null> {
  try {
    await act(connection, newCall(2_000))
    return null
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    return error.code === 'forbidden' ? String(error.detail?.reason) : null
  }
}

describe('guard', () => {
  it('knows every member of the richest connection there is', async () => {
    const connection = await shop
    const members = Object.entries(connection).flatMap(([facet, value]) => {
      if (facet === 'kind' || facet === 'traits' || facet === 'close') return []
      if (typeof value === 'function') return [facet]
      return Object.entries(value as object).flatMap(([name, member]) =>
        typeof member === 'function'
          ? [`${facet}.${name}`]
          : Object.keys(member as object).map((inner) => `${facet}.${name}.${inner}`),
      )
    })
    expect(members.filter((member) => !(member in everything))).toEqual([])
  })

  it.each(Object.entries(everything))('%s needs its permission', async (_, [permission, act]) => {
    expect(await refusal(await openGuarded(), act)).toBeNull()
    const others = new Set(permissions.filter((one) => one !== permission))
    expect(await refusal(await openGuarded({ permissions: others }), act)).toBe('permission')
  })

  it.each(Object.entries(writes))('%s needs a read-write broker and an audit entry', async (_, [, act]) => {
    expect(await refusal(await openGuarded({}, { mode: 'read-only' }), act)).toBe('read-only')
    expect(await refusal(await openGuarded({ auditId: null }), act)).toBe('audit')
  })

  it.each(Object.entries(reads))('%s is a read', async (_, [, act]) => {
    expect(await refusal(await openGuarded({ auditId: null }, { mode: 'read-only' }), act)).toBeNull()
  })

  it('touches the broker only after it agreed', async () => {
    const openPublisher = vi.fn(never)
    const connection = guardBroker(
      { ...settings, mode: 'read-only' },
      { ...bare, publish: { openPublisher, check: never } },
    ).as(caller)
    await expect(connection.publish?.openPublisher(newCall(50))).rejects.toThrow('read-only')
    const over = { signal: AbortSignal.abort(), deadlineAt: Date.now() + 1_000 }
    await expect(
      guard({ publish: { openPublisher, check: never } }).publish?.openPublisher(over),
    ).rejects.toThrow()
    expect(openPublisher).not.toHaveBeenCalled()
  })

  it('leaves absent what is absent, shows nothing else, and closes for nobody', async () => {
    const backDoor = { ...bare, raw: () => 'the client itself', claim: undefined }
    const connection = guardBroker(settings, backDoor).as(caller)
    expect(Object.keys(connection).sort()).toEqual(
      ['close', 'describeDestination', 'kind', 'listDestinations', 'probe', 'sample', 'traits'].sort(),
    )
    const partial = guard({ publish: { openPublisher: never, check: never }, groups: { describe: never } })
    expect(partial.publish?.verify).toBeUndefined()
    expect(partial.groups && 'acknowledge' in partial.groups).toBe(false)
    await expect(connection.close()).rejects.toThrow('Only the registry')
  })
})

const hanging: Record<string, (call: Call) => Promise<unknown> | undefined> = {
  probe: (call) => guard({}).probe(call),
  'browse.read': (call) =>
    guard({ browse: { read: never, get: never } }).browse?.read(ref, pageRequest, call),
  'purge.purge': (call) => guard({ purge: { purge: never } }).purge?.purge(ref, async () => undefined, call),
  'tail.follow': async (call) => {
    const follow = () => ({ [Symbol.asyncIterator]: () => ({ next: never }) })
    for await (const _ of guard({ tail: { follow } }).tail?.follow(ref, call) ?? []) break
  },
  'publisher.send': async (call) => {
    const publisher = await openHangingPublisher()
    const outcomes = await publisher?.send([{ target: { ref }, message }], call)
    expect(outcomes).toMatchObject([{ state: 'unknown' }])
    throw new BrokerError('timeout', 'as its outcome')
  },
  'session.next': async (call) => (await openHangingSession())?.next(1, call),
  'session.settle': async (call) => (await openHangingSession())?.settle([], 'remove', call),
}
const message = { key: null, body: null, headers: [], properties: {}, timestampMs: null, from: null }
const hangingSession: ClaimSession = {
  ended: null,
  effects: [],
  next: never,
  settle: never,
  close: async () => undefined,
}
const claimOf = (open: () => Promise<ClaimSession>) => ({
  shapeOf: () => 'queue' as const,
  settlesOf: () => 'removes' as const,
  count: never,
  freeze: async function* () {},
  effects: never,
  open,
})
const openHangingPublisher = () => {
  const publisher: Publisher = { send: never, close: async () => undefined }
  return guard({ publish: { openPublisher: async () => publisher, check: never } }).publish?.openPublisher(
    newCall(1_000),
  )
}
const openHangingSession = () =>
  guard({ claim: claimOf(async () => hangingSession) }).claim?.open(ref, claimRequest, newCall(1_000))

describe('limits of a call', () => {
  it.each(Object.entries(hanging))('%s ends at its deadline though the driver hangs', async (_, act) => {
    const startedAt = performance.now()
    await expect(act(newCall(60))).rejects.toMatchObject({ code: 'timeout' })
    expect(performance.now() - startedAt).toBeLessThan(60 + 200 + 100)
  })

  it.each(Object.entries(hanging))('%s ends at an abort though the driver hangs', async (_, act) => {
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 40)
    const startedAt = performance.now()
    await expect(act(newCall(60_000, abort.signal))).rejects.toMatchObject({ code: 'timeout' })
    expect(performance.now() - startedAt).toBeLessThan(40 + 200 + 100)
  })

  it('closes a session that opened too late, and puts claims back that came too late', async () => {
    const close = vi.fn(async () => undefined)
    const late = claimOf(
      () => new Promise((resolve) => setTimeout(() => resolve({ ...hangingSession, close }), 250)),
    )
    await expect(guard({ claim: late }).claim?.open(ref, claimRequest, newCall(20))).rejects.toThrow()
    await vi.waitFor(() => expect(close).toHaveBeenCalledOnce())

    const settle = vi.fn(async () => undefined)
    const claim = { message: { ...message, id: 'a', position: '0', sizeBytes: 0 }, token: 1 }
    const next = () => new Promise<(typeof claim)[]>((resolve) => setTimeout(() => resolve([claim]), 250))
    const slow = guard({ claim: claimOf(async () => ({ ...hangingSession, next, settle })) })
    const session = await slow.claim?.open(ref, claimRequest, newCall(1_000))
    await expect(session?.next(1, newCall(20))).rejects.toThrow()
    await vi.waitFor(() => expect(settle).toHaveBeenCalledWith([claim], 'release', expect.anything()))
  })

  it('ends the driver’s own iteration when the reader leaves', async () => {
    const returned = vi.fn(async () => ({ done: true as const, value: undefined }))
    const entry = { ...message, id: 'a', position: '0', sizeBytes: 0 }
    const next = async () => ({ done: false as const, value: entry })
    const follow = () => ({ [Symbol.asyncIterator]: () => ({ next, return: returned }) })
    for await (const one of guard({ tail: { follow } }).tail?.follow(ref, newCall(500)) ?? []) {
      expect(one.id).toBe('a')
      break
    }
    expect(returned).toHaveBeenCalledOnce()
  })

  it('gives a purge nobody waits for no further backup, and tells the backup’s own error as it is', async () => {
    const saved: number[] = []
    const stubborn = async (_: unknown, sink: (messages: readonly never[]) => Promise<void>) => {
      for (let step = 0; step < 8; step += 1) {
        await new Promise((resolve) => setTimeout(resolve, 60))
        await sink([])
      }
      return { removed: 8 }
    }
    const sink = async () => void saved.push(1)
    await expect(
      guard({ purge: { purge: stubborn } }).purge?.purge(ref, sink, newCall(100)),
    ).rejects.toThrow()
    const before = saved.length
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect([before, saved.length]).toEqual([1, 1])
    const full = new RangeError('the disk is full')
    const purged = guard({ purge: { purge: stubborn } }).purge?.purge(
      ref,
      () => Promise.reject(full),
      newCall(900),
    )
    await expect(purged).rejects.toBe(full)
  })

  it('turns whatever a driver throws into a BrokerError', async () => {
    const probe = () => Promise.reject(new TypeError('of a client library'))
    await expect(guard({ probe }).probe(newCall(500))).rejects.toMatchObject({ code: 'protocol' })
    const state = () => {
      throw new TypeError('at once')
    }
    const facet = { state, breakWorker() {}, healWorker() {} }
    expect(() => guard({ sandbox: facet }).sandbox?.state()).toThrow(BrokerError)
  })
})
