import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { callApi, type Query } from '../api/client.ts'
import type { Destination } from '../schemas/destination.ts'
import type { Problem } from '../schemas/problem.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

export type DestinationView = Pick<Query<'listDestinations'>, 'filter' | 'sort' | 'order'>

/** Above this many rows the server filters; up to it the browser holds them all and filters at once. */
export const maxHeldRows = 20_000
const pageSize = 200

/** Destinations in the server's order and filter, page after page as the list is scrolled: until all of them are here. */
export function useDestinationPages(broker: string, view: DestinationView, on: boolean) {
  return useInfiniteQuery({
    queryKey: keys.destinationList(broker, { ...view }),
    enabled: on,
    queryFn: ({ signal, pageParam }) =>
      callApi(
        'listDestinations',
        {
          params: { broker },
          query: { ...view, slim: 'true', limit: pageSize, cursor: pageParam },
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: every(30_000),
  })
}

export interface HeldDestinations {
  readonly items: readonly Destination[]
  readonly problems: readonly Problem[]
  /** False: there were more than the browser holds, and these are not all. */
  readonly complete: boolean
}

/** Every destination of a broker in order of name; samples of the live stream are written into it. */
export function useHeldDestinations(broker: string, on: boolean) {
  return useQuery({
    queryKey: keys.destinationsHeld(broker),
    enabled: on,
    queryFn: ({ signal }) => readAll(broker, signal),
    staleTime: 20_000,
    // A long list is carried by the samples; a short one costs nothing to read again.
    refetchInterval: ({ state }) => every((state.data?.items.length ?? 0) > 2_000 ? 60_000 : 15_000)(),
    // Comparing ten thousand rows with ten thousand others would cost more than drawing the forty in sight.
    structuralSharing: false,
  })
}

async function readAll(broker: string, signal: AbortSignal): Promise<HeldDestinations> {
  const items: Destination[] = []
  const problems: Problem[] = []
  let cursor: string | undefined
  do {
    const query = { slim: 'true', limit: 1000, cursor } as const
    const page = await callApi('listDestinations', { params: { broker }, query }, { signal })
    for (const item of page.items) items.push(item)
    if (cursor === undefined) problems.push(...(page.problems ?? []))
    cursor = page.nextCursor ?? undefined
  } while (cursor && items.length < maxHeldRows)
  return { items, problems, complete: cursor === undefined }
}

export function useDestination(broker: string, destination: string) {
  return useQuery({
    queryKey: keys.destination(broker, destination),
    queryFn: ({ signal }) => callApi('getDestination', { params: { broker, destination } }, { signal }),
    refetchInterval: every(5_000),
  })
}

/** A short search over one broker, for choosing a target. */
export function useDestinationSearch(broker: string | null, q: string) {
  return useQuery({
    queryKey: keys.destinationChoice(broker ?? '', q),
    queryFn: ({ signal }) =>
      callApi('listDestinations', { params: { broker: broker ?? '' }, query: { q, limit: 30 } }, { signal }),
    enabled: broker !== null,
    placeholderData: keepPreviousData,
  })
}

/** How many destinations a broker has: in all, of each type, dead-letter queues, in need of attention. One call. */
export function useDestinationCounts(broker: string) {
  return useQuery({
    queryKey: keys.destinationCounts(broker),
    staleTime: 30_000,
    refetchInterval: every(30_000),
    queryFn: async ({ signal }) => {
      const query = { slim: 'true', limit: 1 } as const
      const page = await callApi('listDestinations', { params: { broker }, query }, { signal })
      return page.counts ?? {}
    },
  })
}
