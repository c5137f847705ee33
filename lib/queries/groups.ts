import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import type { Group } from '../schemas/group.ts'
import { wordsOf } from './errors.ts'
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

export interface GroupsOfBrokers {
  /** Null until each broker has answered or failed. */
  readonly groups: readonly { readonly broker: string; readonly group: Group }[] | null
  readonly failures: readonly { readonly broker: string; readonly words: string }[]
}

/** Every group of these brokers. A broker that fails leaves the others' groups standing. */
export function useGroupsOf(brokers: readonly string[]): GroupsOfBrokers {
  return useQueries({
    queries: brokers.map((broker) => ({
      queryKey: keys.groupsInAll(broker),
      queryFn: ({ signal }: { signal: AbortSignal }) => readGroups(broker, signal),
      refetchInterval: every(10_000),
    })),
    combine: (results) => ({
      groups: results.some(({ isPending }) => isPending)
        ? null
        : results.flatMap(({ data }, index) =>
            (data ?? []).map((group) => ({ broker: brokers[index] ?? '', group })),
          ),
      failures: results.flatMap(({ error }, index) =>
        error ? [{ broker: brokers[index] ?? '', words: wordsOf(error) }] : [],
      ),
    }),
  })
}

async function readGroups(broker: string, signal: AbortSignal): Promise<Group[]> {
  const groups: Group[] = []
  let cursor: string | undefined
  do {
    const page = await callApi(
      'listGroups',
      { params: { broker }, query: { limit: 1000, cursor } },
      { signal },
    )
    groups.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return groups
}

export function useGroup(broker: string, group: string) {
  return useQuery({
    queryKey: keys.group(broker, group),
    queryFn: ({ signal }) => callApi('getGroup', { params: { broker, group } }, { signal }),
    refetchInterval: every(5_000),
  })
}
