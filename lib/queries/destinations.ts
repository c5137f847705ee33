import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { callApi, type Query } from '../api/client.ts'
import type { DestinationType } from '../schemas/destination.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

export type DestinationFilter = Pick<
  Query<'listDestinations'>,
  'q' | 'type' | 'deadLetter' | 'sort' | 'order'
>

const pageSize = 500

/** Destinations of a broker in the server's order, page after page as the list is scrolled. */
export function useDestinations(broker: string, filter: DestinationFilter) {
  return useInfiniteQuery({
    queryKey: keys.destinationList(broker, { ...filter }),
    queryFn: ({ signal, pageParam }) =>
      callApi(
        'listDestinations',
        { params: { broker }, query: { ...filter, limit: pageSize, cursor: pageParam } },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: every(30_000),
  })
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

const types: readonly DestinationType[] = ['queue', 'topic', 'stream', 'exchange', 'list', 'channel']

/** How many destinations of each type a broker has, for the filter's choices; types without any are left out. */
export function useTypeCounts(broker: string, on: boolean) {
  return useQuery({
    queryKey: keys.destinationCounts(broker),
    enabled: on,
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const count = async (query: Pick<DestinationFilter, 'type' | 'deadLetter'>) => {
        const page = await callApi(
          'listDestinations',
          { params: { broker }, query: { ...query, limit: 1 } },
          { signal },
        )
        return page.total ?? null
      }
      const [all, deadLetters, ...byType] = await Promise.all([
        count({}),
        count({ deadLetter: 'true' }),
        ...types.map((type) => count({ type })),
      ])
      const counted = types.map((type, index) => ({ type, count: byType[index] ?? null }))
      return { all, deadLetters, byType: counted.filter((one) => one.count !== 0) }
    },
  })
}
