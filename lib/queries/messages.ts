import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import type { PublishInput, SettleInput } from '../schemas/message.ts'
import { keys } from './keys.ts'

export interface MessageView {
  from?: string | undefined
  partition?: string | undefined
  limit?: string | undefined
}

/**
 * One look at a destination, page after page as the person asks. It never looks again by itself (no refetch
 * on focus, on mount, or by time): a look may have effects on the broker, and the person asks for each.
 */
export function useMessages(broker: string, destination: string, view: MessageView, on: boolean) {
  return useInfiniteQuery({
    queryKey: keys.messagePage(broker, destination, { ...view }),
    queryFn: ({ signal, pageParam }) => {
      const { from, partition, limit } = view
      return callApi(
        'listMessages',
        {
          params: { broker, destination },
          query: pageParam ? { partition, limit, cursor: pageParam } : { from, partition, limit },
        },
        { signal },
      )
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    enabled: on,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30 * 60_000,
    retry: false,
  })
}

/** Forgets a look, so that the next one starts from the broker's present. */
export function useLookAgain(broker: string, destination: string) {
  const client = useQueryClient()
  return (view: MessageView) =>
    client.resetQueries({ queryKey: keys.messagePage(broker, destination, { ...view }), exact: true })
}

/** One message by its id, for links; a look like any other. */
export function useMessage(broker: string, destination: string, message: string, on: boolean) {
  return useQuery({
    queryKey: keys.message(broker, destination, message),
    queryFn: ({ signal }) => callApi('getMessage', { params: { broker, destination, message } }, { signal }),
    enabled: on,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

export function usePublish(broker: string, destination: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PublishInput) => callApi('publishMessage', { params: { broker, destination }, body }),
    onSuccess: () => {
      // What was read before does not hold the new message: the next look starts anew.
      client.removeQueries({ queryKey: keys.messages(broker, destination) })
      return client.invalidateQueries({ queryKey: keys.destination(broker, destination) })
    },
  })
}

export function useSettle(broker: string, destination: string) {
  const refresh = useRefreshAfterTaking(broker)
  return useMutation({
    mutationFn: (body: SettleInput) => callApi('settleMessages', { params: { broker, destination }, body }),
    onSuccess: refresh,
  })
}

export function usePurge(broker: string, destination: string) {
  const client = useQueryClient()
  const refresh = useRefreshAfterTaking(broker)
  return useMutation({
    mutationFn: (confirm: string) =>
      callApi('purgeMessages', { params: { broker, destination }, body: { confirm } }),
    onSuccess: () => {
      client.removeQueries({ queryKey: keys.messages(broker, destination) })
      return refresh()
    },
  })
}

function useRefreshAfterTaking(broker: string) {
  const client = useQueryClient()
  return async () => {
    await client.invalidateQueries({ queryKey: keys.destinations(broker) })
    await client.invalidateQueries({ queryKey: keys.deadLetters })
    await client.invalidateQueries({ queryKey: keys.backups })
  }
}
