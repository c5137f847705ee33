import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Group } from '../schemas/group.ts'
import { at, call } from './call.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'
import type { Page } from './page.ts'

export function useGroups(broker: string, on = true) {
  return useInfiniteQuery({
    queryKey: keys.groupLists(broker),
    queryFn: ({ signal, pageParam }) =>
      call<Page<Group>>(at('brokers', broker, 'groups'), {
        signal,
        query: { limit: 500, cursor: pageParam },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: every(10_000),
    enabled: on,
  })
}

export function useGroup(broker: string, group: string) {
  return useQuery({
    queryKey: keys.group(broker, group),
    queryFn: ({ signal }) => call<Group>(at('brokers', broker, 'groups', group), { signal }),
    refetchInterval: every(5_000),
  })
}
