import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ItemState, Replay, ReplayInput, ReplayItem } from '../schemas/replay.ts'
import { at, call } from './call.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'
import type { Page } from './page.ts'

const moving = new Set<Replay['state']>(['planning', 'running', 'cancelling'])

export function isMoving(replay: Pick<Replay, 'state'>): boolean {
  return moving.has(replay.state)
}

export function useReplays() {
  return useQuery({
    queryKey: keys.replayList,
    queryFn: ({ signal }) => call<Page<Replay>>('/replays', { signal, query: { limit: 200 } }),
    refetchInterval: every(15_000),
  })
}

/** A run; the live stream moves it, the poll is the safety net. */
export function useReplay(replay: string) {
  return useQuery({
    queryKey: keys.replay(replay),
    queryFn: ({ signal }) => call<Replay>(at('replays', replay), { signal }),
    refetchInterval: (query) => every(query.state.data && isMoving(query.state.data) ? 1_500 : 6_000)(),
  })
}

export function useReplayItems(replay: string, state: ItemState | 'all') {
  return useInfiniteQuery({
    queryKey: keys.replayItems(replay, state),
    queryFn: ({ signal, pageParam }) =>
      call<Page<ReplayItem>>(at('replays', replay, 'items'), {
        signal,
        query: { limit: 200, cursor: pageParam, state: state === 'all' ? undefined : state },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  })
}

export function useCreateReplay() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: ReplayInput) => call<Replay>('/replays', { method: 'POST', body: input }),
    onSuccess: (replay) => {
      client.setQueryData(keys.replay(replay.id), replay)
      return client.invalidateQueries({ queryKey: keys.replayList })
    },
  })
}

export type ReplayAct = 'start' | 'pause' | 'resume' | 'cancel'

export function useReplayAct() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ replay, act }: { replay: string; act: ReplayAct }) =>
      call<Replay>(at('replays', replay, act), { method: 'POST' }),
    onSuccess: (replay) => client.setQueryData(keys.replay(replay.id), replay),
    onSettled: () => client.invalidateQueries({ queryKey: keys.replays }),
  })
}

/** Decides an uncertain message: it arrived, or send it again. */
export function useResolveItem(replay: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ row, verdict }: { row: number; verdict: 'arrived' | 'resend' }) =>
      call<ReplayItem>(at('replays', replay, 'items', String(row), 'resolve'), {
        method: 'POST',
        body: { verdict },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.replay(replay) }),
  })
}
