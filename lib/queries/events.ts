import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import type { TimeRange } from '../domain/time-range.ts'
import type { Event } from '../schemas/event.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

/** More than that cannot be told apart in a chart; the newest are kept. */
const most = 500

/** What happened in a range, newest first: at one broker (and to none, as deploys), or at all of them. */
export function useEvents(broker: string | null, range: TimeRange, on = true) {
  return useQuery({
    queryKey: keys.eventsIn(
      broker ?? '',
      range.kind === 'moving' ? range.id : `${range.fromMs}..${range.toMs}`,
    ),
    enabled: on,
    queryFn: async ({ signal }): Promise<readonly Event[]> => {
      const [fromMs, toMs] =
        range.kind === 'fixed' ? [range.fromMs, range.toMs] : [Date.now() - range.spanMs, undefined]
      const query = {
        ...(broker === null ? {} : { broker }),
        from: new Date(fromMs).toISOString(),
        ...(toMs === undefined ? {} : { to: new Date(toMs).toISOString() }),
        limit: most,
      }
      return (await callApi('listEvents', { query }, { signal })).items
    },
    placeholderData: keepPreviousData,
    staleTime: range.kind === 'fixed' ? 60_000 : 5_000,
    refetchInterval: () => (range.kind === 'fixed' ? false : every(10_000)()),
  })
}
