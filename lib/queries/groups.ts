import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

export function useGroups(broker: string, on = true) {
  return useInfiniteQuery({
    queryKey: keys.groupLists(broker),
    queryFn: ({ signal, pageParam }) =>
      callApi('listGroups', { params: { broker }, query: { limit: 1000, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: every(10_000),
    enabled: on,
  })
}

export function useGroup(broker: string, group: string) {
  return useQuery({
    queryKey: keys.group(broker, group),
    queryFn: ({ signal }) => callApi('getGroup', { params: { broker, group } }, { signal }),
    refetchInterval: every(5_000),
  })
}
