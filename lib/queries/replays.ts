import {
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useEffect } from 'react'
import { callApi } from '../api/client.ts'
import type { ItemState, Replay, ReplayInput } from '../schemas/replay.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

const moving = new Set<Replay['state']>(['planning', 'running', 'cancelling'])

export function isMoving(replay: Pick<Replay, 'state'>): boolean {
  return moving.has(replay.state)
}

export function useReplays() {
  return useQuery({
    queryKey: keys.replayList,
    queryFn: ({ signal }) => callApi('listReplays', { query: { limit: 200 } }, { signal }),
    refetchInterval: every(15_000),
  })
}

/** Every run there ever was, page after page. */
export function useReplayHistory() {
  return useInfiniteQuery({
    queryKey: keys.replayHistory,
    queryFn: ({ signal, pageParam }) =>
      callApi('listReplays', { query: { limit: 500, cursor: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: every(15_000),
  })
}

/** What was read of the source before a run no longer holds; a list on the screen is left to the person. */
export function forgetSource(
  client: QueryClient,
  { broker, source }: Pick<Replay, 'broker' | 'source'>,
): void {
  client.removeQueries({ queryKey: keys.messages(broker, source.id), type: 'inactive' })
}

/** A run; the live stream moves it, the poll is the safety net. Null: there is none to ask for yet. */
export function useReplay(replay: string | null) {
  const client = useQueryClient()
  const query = useQuery({
    queryKey: keys.replay(replay ?? ''),
    queryFn: ({ signal }) => callApi('getReplay', { params: { replay: replay ?? '' } }, { signal }),
    enabled: replay !== null,
    refetchInterval: (query) => every(query.state.data && isMoving(query.state.data) ? 1_500 : 6_000)(),
  })
  const { data } = query
  useEffect(() => {
    if (data && !isMoving(data)) forgetSource(client, data)
  }, [client, data])
  return query
}

export function useReplayItems(replay: string, state: ItemState | 'all') {
  return useInfiniteQuery({
    queryKey: keys.replayItems(replay, state),
    queryFn: ({ signal, pageParam }) =>
      callApi(
        'listReplayItems',
        {
          params: { replay },
          query: { limit: 200, cursor: pageParam, state: state === 'all' ? undefined : state },
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  })
}

export function useCreateReplay() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ReplayInput) => callApi('createReplay', { body }),
    onSuccess: (replay) => {
      client.setQueryData(keys.replay(replay.id), replay)
      void client.invalidateQueries({ queryKey: keys.replayHistory })
      return client.invalidateQueries({ queryKey: keys.replayList })
    },
  })
}

const acts = {
  start: 'startReplay',
  pause: 'pauseReplay',
  resume: 'resumeReplay',
  cancel: 'cancelReplay',
} as const
export type ReplayAct = keyof typeof acts

export function useReplayAct() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ replay, act }: { replay: string; act: ReplayAct }) =>
      callApi(acts[act], { params: { replay } }),
    onSuccess: (replay) => client.setQueryData(keys.replay(replay.id), replay),
    onSettled: () => client.invalidateQueries({ queryKey: keys.replays }),
  })
}

/** Decides an uncertain message: it arrived, or send it again. */
export function useResolveItem(replay: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ row, verdict }: { row: number; verdict: 'arrived' | 'resend' }) =>
      callApi('resolveReplayItem', { params: { replay, row }, body: { verdict } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.replay(replay) }),
  })
}
