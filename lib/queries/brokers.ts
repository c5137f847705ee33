import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

/** Every broker. The live stream keeps it fresh; the slow poll is for when the stream is gone. */
export function useBrokers() {
  return useQuery({
    queryKey: keys.brokers,
    queryFn: ({ signal }) => callApi('listBrokers', { query: { limit: 1000 } }, { signal }),
    refetchInterval: every(15_000),
    select: (page) => page.items,
  })
}

export function useBroker(broker: string) {
  const all = useBrokers()
  return { ...all, data: all.data?.find((one) => one.id === broker) }
}

export function useSandbox(broker: string, on = true) {
  return useQuery({
    queryKey: keys.sandbox(broker),
    queryFn: ({ signal }) => callApi('getSandbox', { params: { broker } }, { signal }),
    refetchInterval: every(10_000),
    enabled: on,
  })
}

/** Breaks or heals the sandbox's worker. */
export function usePlaySandbox(broker: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (action: 'break' | 'heal') =>
      callApi('playSandbox', { params: { broker }, body: { action } }),
    onSuccess: (state) => client.setQueryData(keys.sandbox(broker), state),
  })
}
