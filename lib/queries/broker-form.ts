import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, type Body, callApi } from '../api/client.ts'
import type { Broker } from '../schemas/broker.ts'
import { keys } from './keys.ts'
import { dropBroker } from './live.ts'

/** What can be added, and what is asked for; fixed while the server runs. */
export function useBrokerKinds() {
  return useQuery({
    queryKey: keys.brokerKinds,
    queryFn: ({ signal }) => callApi('listBrokerKinds', {}, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    select: (page) => page.items,
  })
}

/** Where the settings of a broker stand, without secrets. */
export function useBrokerSettings(broker: string | null) {
  return useQuery({
    queryKey: keys.brokerSettings(broker ?? ''),
    queryFn: ({ signal }) => callApi('getBrokerSettings', { params: { broker: broker ?? '' } }, { signal }),
    enabled: broker !== null,
    staleTime: 0,
  })
}

export function useConsoleSettings() {
  return useQuery({
    queryKey: keys.settings,
    queryFn: ({ signal }) => callApi('getSettings', {}, { signal }),
  })
}

/** A test may take 20 s: `signal` abandons it, on the server as well. */
export function useTestBroker() {
  return useMutation({
    mutationFn: ({ body, signal }: { body: Body<'testBroker'>; signal: AbortSignal }) =>
      callApi('testBroker', { body }, { signal }),
  })
}

export function useWriteBrokerYaml() {
  return useMutation({ mutationFn: (body: Body<'writeBrokerYaml'>) => callApi('writeBrokerYaml', { body }) })
}

type Saving =
  | { readonly create: Body<'createBroker'> }
  | { readonly change: Body<'changeBroker'>; readonly id: string }

/** Adds or changes; the list is read again, as one that was found there may have gone. */
export function useSaveBroker() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (saving: Saving): Promise<Broker> =>
      'create' in saving
        ? callApi('createBroker', { body: saving.create })
        : callApi('changeBroker', { params: { broker: saving.id }, body: saving.change }),
    onSuccess: (broker) =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.brokers, exact: true }),
        client.removeQueries({ queryKey: keys.brokerSettings(broker.id) }),
      ]),
  })
}

export function useRemoveBroker() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, confirm }: { id: string; confirm: string }) =>
      callApi('removeBroker', { params: { broker: id }, body: { confirm } }),
    onSuccess: (_, { id }) => dropBroker(client, id),
  })
}

/** What the server refused, by the path of the field; what belongs to no field stands under ''. */
export function fieldErrors(error: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (error === null || error === undefined) return found
  const detail: unknown = error instanceof ApiError ? error.detail : undefined
  if (typeof detail === 'object' && detail !== null) {
    if ('issues' in detail && Array.isArray(detail.issues))
      for (const { path, message } of detail.issues as { path: string; message: string }[])
        if (!found.has(path)) found.set(path, message)
    if ('field' in detail && typeof detail.field === 'string' && error instanceof Error)
      found.set(detail.field, error.message)
  }
  if (found.size === 0)
    found.set('', error instanceof Error ? error.message : 'Something failed without saying why')
  return found
}
