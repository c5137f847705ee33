import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

/** Who is connected to a broker, page after page; with a destination: who reads from it. */
export function useConnections(broker: string, destination: string | undefined, on = true) {
  return useInfiniteQuery({
    queryKey: keys.connectionList(broker, destination),
    queryFn: ({ signal, pageParam }) =>
      callApi(
        'listConnections',
        { params: { broker }, query: { limit: 1000, cursor: pageParam, destination } },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: every(10_000),
    enabled: on,
  })
}

export function useCloseConnection(broker: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ connection, confirm, reason }: { connection: string; confirm: string; reason: string }) =>
      callApi('closeConnection', {
        params: { broker, connection },
        body: reason ? { confirm, reason } : { confirm },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.connections(broker) }),
  })
}

/** The servers of a broker. */
export function useNodes(broker: string, on = true) {
  return useQuery({
    queryKey: keys.nodes(broker),
    queryFn: ({ signal }) => callApi('listNodes', { params: { broker } }, { signal }),
    refetchInterval: every(5_000),
    enabled: on,
  })
}
