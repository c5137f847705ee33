import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Destination, DestinationDetail } from '../schemas/destination.ts'
import type { Group } from '../schemas/group.ts'
import type { LiveSample } from '../schemas/live.ts'
import type { HeldDestinations } from './destinations.ts'
import { keys } from './keys.ts'
import type { Page } from './page.ts'

/** Puts what changed at a broker into every list and detail that shows it; order and rows stay as they are. */
export function applySample(client: QueryClient, sample: LiveSample): void {
  if (sample.destinations.length > 0) {
    const changed = new Map(sample.destinations.map((row) => [row.id, row]))
    const merge = <T extends Destination>(item: T): T => {
      const row = changed.get(item.id)
      return row ? { ...item, ...row, readings: { ...item.readings, ...row.readings } } : item
    }
    client.setQueriesData<InfiniteData<Page<Destination>>>(
      { queryKey: keys.destinationLists(sample.broker) },
      (data) => mergePages(data, merge, (item) => changed.has(item.id)),
    )
    client.setQueryData<HeldDestinations>(
      keys.destinationsHeld(sample.broker),
      (data) => data && { ...data, items: data.items.map((item) => merge(item)) },
    )
    for (const id of changed.keys())
      client.setQueryData<DestinationDetail>(
        keys.destination(sample.broker, id),
        (data) => data && merge(data),
      )
  }
  if (sample.groups.length === 0) return
  const changed = new Map(sample.groups.map((row) => [row.id, row]))
  client.setQueriesData<InfiniteData<Page<Group>>>({ queryKey: keys.groupLists(sample.broker) }, (data) =>
    mergePages(
      data,
      (item) => ({ ...item, ...changed.get(item.id) }),
      (item) => changed.has(item.id),
    ),
  )
}

/** Keeps the identity of every page without a changed row, so that only what moved is drawn again. */
function mergePages<T>(
  data: InfiniteData<Page<T>> | undefined,
  merge: (item: T) => T,
  isChanged: (item: T) => boolean,
): InfiniteData<Page<T>> | undefined {
  if (!data?.pages) return data
  return {
    ...data,
    pages: data.pages.map((page) =>
      page.items.some(isChanged)
        ? { ...page, items: page.items.map((item) => (isChanged(item) ? merge(item) : item)) }
        : page,
    ),
  }
}
