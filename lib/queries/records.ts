import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import type { AuditEntry, Backup } from '../schemas/record.ts'
import { at, call } from './call.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'
import type { Page } from './page.ts'

export function useBackups() {
  return useInfiniteQuery({
    queryKey: keys.backups,
    queryFn: ({ signal, pageParam }) =>
      call<Page<Backup>>('/backups', { signal, query: { limit: 200, cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: every(15_000),
  })
}

export function useRestoreBackup() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (backup: string) =>
      call<{ restored: number }>(at('backups', backup, 'restore'), { method: 'POST' }),
    onSettled: async () => {
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
      call<Page<AuditEntry>>('/audit', { signal, query: { limit: 200, cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: every(15_000),
  })
}
