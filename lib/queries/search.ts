import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { keys } from './keys.ts'

/** Names and ids of every broker; what was found before stays until the next answer is here. */
export function useSearch(q: string) {
  return useQuery({
    queryKey: keys.search(q),
    queryFn: ({ signal }) => callApi('search', { query: { q: q.slice(0, 200), limit: 30 } }, { signal }),
    enabled: q !== '',
    staleTime: 5_000,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  })
}
