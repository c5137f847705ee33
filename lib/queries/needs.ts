import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

/** The list as a page shows it; more are counted, not drawn. */
const most = 100

/** What needs a person, and what was checked. The live stream asks anew after each sample; the poll is for when it is gone. */
export function useNeeds(acknowledged: boolean) {
  return useQuery({
    queryKey: keys.needList(acknowledged),
    queryFn: ({ signal }) =>
      callApi(
        'listNeeds',
        { query: { acknowledged: acknowledged ? 'true' : 'false', limit: most } },
        { signal },
      ),
    placeholderData: keepPreviousData,
    refetchInterval: every(10_000),
  })
}

/** Takes it on with a note; with minutes: snoozes it for so long. */
export function useAcknowledge() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, note, minutes }: { id: string; note: string; minutes?: number }) =>
      callApi('acknowledgeNeed', {
        params: { need: id },
        body: { note, ...(minutes === undefined ? {} : { minutes }) },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.needs }),
  })
}

export function useWithdraw() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => callApi('withdrawAcknowledgement', { params: { need: id } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.needs }),
  })
}
