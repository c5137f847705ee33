import { useQueries } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { keys } from './keys.ts'
import { nameOfSeries, type SeriesOf } from './series.ts'

/** What each series is of, by its name at the broker; null until it is known, or where the broker has no such thing. */
export function useSubjectNames(of: readonly SeriesOf[]): readonly (string | null)[] {
  const results = useQueries({
    queries: of.map((one) => ({
      queryKey: keys.subjectName(nameOfSeries(one)),
      queryFn: ({ signal }: { signal: AbortSignal }) => nameOf(one, signal),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  })
  return results.map(({ data }) => data ?? null)
}

async function nameOf(
  { broker, destination, group, node }: SeriesOf,
  signal: AbortSignal,
): Promise<string | null> {
  if (destination)
    return (await callApi('getDestination', { params: { broker, destination } }, { signal })).name
  if (group) return (await callApi('getGroup', { params: { broker, group } }, { signal })).name
  return node ?? null
}
