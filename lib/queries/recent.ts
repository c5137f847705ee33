import { type QueryClient, useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import type { Recent, RecentItem, RecentMetric } from '../schemas/recent.ts'
import { createGather } from './gather.ts'
import { keys } from './keys.ts'
import { isLost, isPaused } from './live-state.ts'

/** What is kept of the last 15 minutes of one thing, and which time its points stand for. */
export interface RecentSeries extends Pick<RecentItem, 'points' | 'quality'> {
  /** Since when the console reads this broker. */
  readonly since: string | null
  readonly stepMs: number
  /** When the step of the last point begins. */
  readonly at: string
}
export type RecentOf = 'destinations' | 'groups'

const limits = { waitMs: 120, count: 200, chars: 6_000 }
const refreshMs = 9_000
const askAnywayMs = 15_000

interface Wish {
  readonly metric: RecentMetric
  readonly id: string
}
type Gather = (wish: string, signal?: AbortSignal) => Promise<RecentSeries | null>
const gathers = new Map<string, Gather>()

/** One gathering place for each broker and sort of thing; a wish is `metric id`, so that equal ones are one. */
function gatherOf(broker: string, of: RecentOf): Gather {
  const name = `${of} ${broker}`
  const known = gathers.get(name)
  if (known) return known
  const gather = createGather<string, RecentSeries>(
    (wishes) => load(broker, of, wishes.map(parse)),
    sizeOf,
    limits,
  )
  gathers.set(name, gather)
  return gather
}
const write = ({ metric, id }: Wish) => `${metric} ${id}`
const sizeOf = (wish: string) => wish.length
function parse(wish: string): Wish {
  const end = wish.indexOf(' ')
  return { metric: wish.slice(0, end) as RecentMetric, id: wish.slice(end + 1) }
}

async function load(broker: string, of: RecentOf, wishes: readonly Wish[]) {
  const metric = [...new Set(wishes.map((wish) => wish.metric))].join(',')
  const ids = [...new Set(wishes.map((wish) => wish.id))].join(',')
  const recent = await callApi('getRecent', { params: { broker }, query: { metric, [of]: ids } })
  return new Map(recent.items.map((item) => [write(item), seriesOf(item, recent)]))
}

function seriesOf({ points, quality }: RecentItem, { since, stepMs, at }: Recent): RecentSeries {
  return { points, quality, since, stepMs, at }
}

const kept = { staleTime: 10_000, gcTime: 60_000 }

/** The last 15 minutes of one destination or group; null when nothing is known. Rows in sight ask together. */
export function useRecent(broker: string, of: RecentOf, metric: RecentMetric, id: string) {
  return useQuery({
    ...kept,
    queryKey: keys.recentOne(broker, of, metric, id),
    queryFn: ({ signal }) => gatherOf(broker, of)(write({ metric, id }), signal),
  })
}

/** The broker's own sums, by metric. */
export function useRecentSums(broker: string, on: boolean) {
  return useQuery({
    ...kept,
    enabled: on,
    queryKey: keys.recentSums(broker),
    queryFn: async ({ signal }) => {
      const query = { metric: 'inRate,outRate,deadLetters' }
      const recent = await callApi('getRecent', { params: { broker }, query }, { signal })
      const found: Partial<Record<RecentMetric, RecentSeries>> = {}
      for (const item of recent.items) found[item.metric] = seriesOf(item, recent)
      return found
    },
  })
}

export interface PartitionSeries extends RecentSeries {
  readonly destination: string
  readonly partition: number
}

/** The lag of every partition of a group. */
export function useRecentPartitions(broker: string, group: string) {
  return useQuery({
    ...kept,
    queryKey: keys.recentParts(broker, group),
    queryFn: async ({ signal }) => {
      const query = { metric: 'partitionLag', groups: group }
      const recent = await callApi('getRecent', { params: { broker }, query }, { signal })
      return recent.items.map(
        (item): PartitionSeries => ({
          ...seriesOf(item, recent),
          destination: item.destination ?? '',
          partition: item.partition ?? 0,
        }),
      )
    },
  })
}

const refreshedAt = new Map<string, number>()

/** A sample came in: what is drawn of that broker is asked for again, all of it in one moment, every other sample. */
export function refreshRecent(client: QueryClient, broker: string): void {
  const now = Date.now()
  if (now - (refreshedAt.get(broker) ?? 0) < refreshMs) return
  refreshedAt.set(broker, now)
  void client.invalidateQueries({ queryKey: keys.recentOf(broker) })
}

/** Without a live stream no sample tells when to ask. Call the answer to stop. */
export function keepRecentFresh(client: QueryClient): () => void {
  const timer = setInterval(() => {
    if (isLost() && !isPaused()) void client.invalidateQueries({ queryKey: keys.recent })
  }, askAnywayMs)
  return () => clearInterval(timer)
}
