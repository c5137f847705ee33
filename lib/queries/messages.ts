import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Message, MessagePage, PublishInput, PublishResult, SettleInput } from '../schemas/message.ts'
import { at, call } from './call.ts'
import { keys } from './keys.ts'

export interface MessageView {
  from?: string | undefined
  partition?: string | undefined
  limit?: string | undefined
  /** The next page of the same look; part of the view, so that going back shows what was read. */
  cursor?: string | undefined
}

/**
 * One look at a destination. It never looks again by itself (no refetch on focus, on mount, or by time):
 * a look may have effects on the broker, and the person asks for each.
 */
export function useMessages(broker: string, destination: string, view: MessageView, on: boolean) {
  return useQuery({
    queryKey: keys.messagePage(broker, destination, { ...view }),
    queryFn: ({ signal }) =>
      call<MessagePage>(at('brokers', broker, 'destinations', destination, 'messages'), {
        signal,
        query: { ...view },
      }),
    enabled: on,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30 * 60_000,
    retry: false,
  })
}

/** One message by its id, for links; a look like any other. */
export function useMessage(broker: string, destination: string, message: string | null, on: boolean) {
  return useQuery({
    queryKey: keys.message(broker, destination, message ?? ''),
    queryFn: ({ signal }) =>
      call<Message>(at('brokers', broker, 'destinations', destination, 'messages', message ?? ''), {
        signal,
      }),
    enabled: on && message !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

/** A message already read in this session, wherever its page lies in the cache: no second look. */
export function useReadMessage(broker: string, destination: string, message: string | null): Message | null {
  const client = useQueryClient()
  if (!message) return null
  const pages = client.getQueriesData<MessagePage>({
    queryKey: keys.messagePages(broker, destination),
  })
  for (const [, page] of pages) {
    const found = page?.items.find((item) => item.id === message)
    if (found) return found
  }
  return null
}

export function usePublish(broker: string, destination: string) {
  return useMutation({
    mutationFn: (input: PublishInput) =>
      call<PublishResult>(at('brokers', broker, 'destinations', destination, 'messages'), {
        method: 'POST',
        body: input,
      }),
  })
}

export function useSettle(broker: string, destination: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: SettleInput) =>
      call<{ settled: number; backup: string }>(
        at('brokers', broker, 'destinations', destination, 'messages', 'settle'),
        { method: 'POST', body: input },
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.destinations(broker) })
      await client.invalidateQueries({ queryKey: keys.deadLetters })
      await client.invalidateQueries({ queryKey: keys.backups })
    },
  })
}

export function usePurge(broker: string, destination: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (confirm: string) =>
      call<{ removed: number; backup: string }>(
        at('brokers', broker, 'destinations', destination, 'messages'),
        { method: 'DELETE', body: { confirm } },
      ),
    onSuccess: async () => {
      client.removeQueries({ queryKey: keys.messages(broker, destination) })
      await client.invalidateQueries({ queryKey: keys.destinations(broker) })
      await client.invalidateQueries({ queryKey: keys.deadLetters })
      await client.invalidateQueries({ queryKey: keys.backups })
    },
  })
}
