import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

/** As many as a person reads beside what needs him. */
const most = 40

/** What changed in the last hours, newest first. The live stream asks anew when something happens. */
export function useChanges(hours: number) {
  return useQuery({
    queryKey: keys.changes(hours),
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - hours * 3_600_000).toISOString()
      return callApi('listEvents', { query: { from, limit: most } }, { signal })
    },
    placeholderData: keepPreviousData,
    refetchInterval: every(15_000),
  })
}
