import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import type { ClaimPendingInput } from '../schemas/connection.ts'
import type { OffsetPlanInput, OffsetReset, OffsetResetInput } from '../schemas/offset.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

/** What removing this member would do: asked before the click, never from a cache. */
export function useRemovalEffect(broker: string, group: string, member: string) {
  return useQuery({
    queryKey: keys.removal(broker, group, member),
    queryFn: ({ signal }) =>
      callApi('getRemovalEffect', { params: { broker, group }, query: { member } }, { signal }),
    gcTime: 0,
    retry: false,
  })
}

export function useRemoveMember(broker: string, group: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (member: string) => callApi('removeMember', { params: { broker, group }, body: { member } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.group(broker, group) }),
  })
}

export function useClaimPending(broker: string, group: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ClaimPendingInput) => callApi('claimPending', { params: { broker, group }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.group(broker, group) }),
  })
}

export function useCountLag(broker: string, group: string) {
  return useMutation({
    mutationFn: ({ destination, partition }: { destination: string; partition: number }) =>
      callApi('countLag', { params: { broker, group }, query: { destination, partition } }),
  })
}

/** A mutation, for a plan is of the moment it was asked for. */
export function usePlanOffsets(broker: string, group: string) {
  return useMutation({
    mutationFn: (body: OffsetPlanInput) => callApi('planOffsets', { params: { broker, group }, body }),
  })
}

/** The newest resets of a group: one that waits, and what became of those before. */
export function useOffsetResets(broker: string, group: string) {
  return useQuery({
    queryKey: keys.offsetResets(broker, group),
    queryFn: ({ signal }) => callApi('listOffsetResets', { query: { broker, group, limit: 5 } }, { signal }),
    refetchInterval: every(10_000),
  })
}

export function useResetOffsets(broker: string, group: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: OffsetResetInput) => callApi('resetOffsets', { params: { broker, group }, body }),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: keys.offsetResets(broker, group) })
      await client.invalidateQueries({ queryKey: keys.group(broker, group) })
    },
  })
}

export function useCancelReset() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (reset: OffsetReset) => callApi('cancelOffsetReset', { params: { reset: reset.id } }),
    onSettled: (_, __, { broker, group }) =>
      client.invalidateQueries({ queryKey: keys.offsetResets(broker, group.id) }),
  })
}
