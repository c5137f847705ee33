import type { BrowserContext } from '@playwright/test'
import { signInLink, spendLink } from '../fixtures/sign-in.ts'
import { type Api, waitFor } from '../support/api.ts'
import { Console } from '../support/console.ts'

/** Names that a page must draw whole and as text; also what the hostile broker is called. */
export const hostileLabel = 'Hostile <b>\u202ereddot</b> "quoted" 100% 🧨'

const still = { kind: 'sandbox', traffic: 'still' } as const
const brokers = [
  { ...still, id: 'shop', label: 'Shop', environment: 'production' },
  { ...still, id: 'calm', label: 'Calm', scenario: 'empty' },
  { ...still, id: 'many', label: 'Many', scenario: 'many', environment: 'staging' },
  { ...still, id: 'partial', label: 'Partial', scenario: 'partial', environment: 'production' },
  { ...still, id: 'forbidden', label: 'Forbidden', scenario: 'forbidden' },
  { ...still, id: 'failed', label: 'Failed', scenario: 'failed', environment: 'production' },
  { ...still, id: 'stale', label: 'Stale', scenario: 'stale', environment: 'production' },
  { ...still, id: 'down', label: 'Down', scenario: 'down', environment: 'production' },
  { ...still, id: 'hostile', label: hostileLabel, scenario: 'hostile' },
] as const
export type BrokerId = (typeof brokers)[number]['id']

/** What the pages are opened on: one console, a broker for every state, and what was done on them before. */
export interface World {
  readonly url: string
  readonly api: Api
  readonly storageState: Awaited<ReturnType<BrowserContext['storageState']>>
  /** A link nobody has spent. */
  readonly signIn: string
  readonly ids: {
    readonly deadLetters: string
    readonly orders: string
    readonly topic: string
    readonly exchange: string
    readonly emails: string
    readonly hostileQueue: string
    readonly hostileLetters: string
    readonly hostileTopic: string
    readonly hostileExchange: string
    readonly group: string
    readonly lonelyGroup: string
    readonly hostileGroup: string
  }
  readonly runs: Readonly<Record<'running' | 'paused' | 'completed' | 'dry' | 'hostile', string>>
  close(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const server = new Console({ brokers, settings: { sandbox: false, discover: false } })
  try {
    await server.start()
    const { api } = server
    const link = await signInLink(server)
    const storageState = await spendLink(link)
    const one = async (broker: BrokerId, name: string) => (await api.destination(broker, name)).id
    const group = async (broker: BrokerId, name: RegExp) => {
      const { items } = await api.get<{ items: { id: string; name: string }[] }>(`/brokers/${broker}/groups`)
      return items.find((item) => name.test(item.name))?.id ?? ''
    }
    const ids = {
      deadLetters: await one('shop', 'orders.dlq'),
      orders: await one('shop', 'orders'),
      topic: await one('shop', 'order-events'),
      exchange: await one('shop', 'shop'),
      emails: await one('shop', 'emails'),
      hostileQueue: await one('hostile', '<script>alert("orders")</script>'),
      hostileLetters: await one('hostile', '<script>alert("orders")</script>.dlq'),
      hostileTopic: await one('hostile', '..%2F..'),
      hostileExchange: await one('hostile', '"><img src=x onerror=alert(1)>'),
      group: await group('shop', /^inventory$/),
      lonelyGroup: await group('shop', /^audit-archive$/),
      hostileGroup: await group('hostile', /^readers/),
    }
    const runs = await startRuns(api, ids)
    await takeBackups(api, ids)
    await waitUntilStale(api)
    return { url: server.url, api, storageState, signIn: link, ids, runs, close: () => server.remove() }
  } catch (error) {
    await server.remove()
    throw error
  }
}

interface Run {
  readonly id: string
  readonly state: string
}

async function startRuns(api: Api, ids: World['ids']): Promise<World['runs']> {
  const plan = (body: object) => api.post<Run>('/replays', body)
  const reach = (id: string, state: string) =>
    waitFor(async () => (await api.get<Run>(`/replays/${id}`)).state === state, `run ${id} ${state}`)
  const run = async (source: string, options: object, broker: BrokerId = 'shop') => {
    const { id } = await plan({ broker, source, target: { origin: true }, ...options })
    await reach(id, 'planned')
    await api.post(`/replays/${id}/start`)
    return id
  }
  const letters = `/brokers/shop/destinations/${ids.deadLetters}/messages?from=oldest&limit=12`
  const { items } = await api.get<{ items: { id: string }[] }>(letters)
  const [first, second] = [items.slice(0, 4), items.slice(4, 8)].map((some) => some.map(({ id }) => id))
  const completed = await run(ids.deadLetters, { select: { ids: first } })
  await reach(completed, 'completed')
  const paused = await run(ids.deadLetters, { select: { ids: second }, rate: 0.2 })
  await api.post(`/replays/${paused}/pause`)
  await reach(paused, 'paused')
  const events = await one(api, 'stock-changes.DLT')
  const running = await run(events, { select: { all: true }, rate: 0.1 })
  const hostile = await run(ids.hostileLetters, { select: { all: true, max: 3 } }, 'hostile')
  const payments = await one(api, 'payments.dlq')
  const dry = await plan({
    broker: 'shop',
    source: payments,
    select: { all: true },
    target: { origin: true },
    dryRun: true,
  })
  return { completed, paused, running, hostile, dry: dry.id }
}

const one = async (api: Api, name: string) => (await api.destination('shop', name)).id

async function takeBackups(api: Api, ids: World['ids']): Promise<void> {
  const invoices = await one(api, 'invoices')
  await api.delete(`/brokers/shop/destinations/${invoices}/messages`, { confirm: 'invoices' })
  const name = '<script>alert("orders")</script>'
  await api.delete(`/brokers/hostile/destinations/${ids.hostileQueue}/messages`, { confirm: name })
}

/** The stale broker has been read once and has stopped answering. */
async function waitUntilStale(api: Api): Promise<void> {
  const ask = () => api.get<{ state: string; sampledAt: string | null }>('/brokers/stale')
  await waitFor(
    async () => {
      const { state, sampledAt } = await ask()
      return state === 'down' && sampledAt !== null
    },
    'the stale broker',
    30_000,
  )
}
