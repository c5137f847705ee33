import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Destination, DestinationDetail } from '../schemas/destination.ts'
import { at, call } from './call.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'
import type { Page } from './page.ts'

export interface DestinationFilter {
  q?: string | undefined
  type?: string | undefined
  deadLetter?: string | undefined
  sort?: string | undefined
  order?: string | undefined
}

const pageSize = 500

/** Destinations of a broker in the server's order, page after page as the list is scrolled. */
export function useDestinations(broker: string, filter: DestinationFilter, on = true) {
  return useInfiniteQuery({
    queryKey: keys.destinationList(broker, { ...filter }),
    queryFn: ({ signal, pageParam }) =>
      call<Page<Destination>>(at('brokers', broker, 'destinations'), {
        signal,
        query: { ...filter, limit: pageSize, cursor: pageParam },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: every(30_000),
    enabled: on,
  })
}

export function useDestination(broker: string, destination: string) {
  return useQuery({
    queryKey: keys.destination(broker, destination),
    queryFn: ({ signal }) =>
      call<DestinationDetail>(at('brokers', broker, 'destinations', destination), { signal }),
    refetchInterval: every(5_000),
  })
}

/** A short search over one broker, for choosing a target. */
export function useDestinationSearch(broker: string | null, q: string) {
  return useQuery({
    queryKey: keys.destinationChoice(broker ?? '', q),
    queryFn: ({ signal }) =>
      call<Page<Destination>>(at('brokers', broker ?? '', 'destinations'), {
        signal,
        query: { q, limit: 30 },
      }),
    enabled: broker !== null,
    placeholderData: keepPreviousData,
  })
}
