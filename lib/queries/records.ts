import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

export function useBackups() {
  return useInfiniteQuery({
    queryKey: keys.backups,
    queryFn: ({ signal, pageParam }) =>
      callApi('listBackups', { query: { limit: 500, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: every(15_000),
  })
}

export function useRestoreBackup() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (backup: string) => callApi('restoreBackup', { params: { backup } }),
    onSettled: async () => {
      client.removeQueries({ queryKey: ['messages'] })
      await client.invalidateQueries({ queryKey: keys.backups })
      await client.invalidateQueries({ queryKey: keys.brokers })
      await client.invalidateQueries({ queryKey: keys.deadLetters })
    },
  })
}

export function useAudit() {
  return useInfiniteQuery({
    queryKey: keys.audit,
    queryFn: ({ signal, pageParam }) =>
      callApi('listAudit', { query: { limit: 500, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: every(15_000),
  })
}
