import { useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { keys } from './keys.ts'

/** The servers of a broker. Which there are changes seldom: what they use over time is in their series. */
export function useNodeNames(broker: string) {
  return useQuery({
    queryKey: [...keys.nodes(broker), 'names'],
    queryFn: async ({ signal }) => (await callApi('listNodes', { params: { broker } }, { signal })).items,
    staleTime: 300_000,
  })
}
