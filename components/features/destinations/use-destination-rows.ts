'use client'

import { useCallback, useDeferredValue, useMemo } from 'react'
import type { Sort } from '@/components/ui/data-table'
import { useDebounced } from '@/components/ui/use-debounced'
import type { DestinationFacts } from '@/lib/domain/destination-level'
import type { FieldTable } from '@/lib/domain/filter'
import { destinationChips } from '@/lib/domain/filter/tables/destinations'
import {
  type DestinationView,
  maxHeldRows,
  useDestinationCounts,
  useDestinationPages,
  useHeldDestinations,
} from '@/lib/queries/destinations'
import { rowsOf } from '@/lib/queries/page'
import type { Destination } from '@/lib/schemas/destination'
import { type LineFilter, useFiltered } from '../filter/index.ts'
import { sortDestinations } from './sort-destinations.ts'

const nothing: readonly Destination[] = []

/**
 * The rows of the list. The first screen comes filtered and sorted by the server; meanwhile the browser takes
 * all of them, and from then on filters and sorts at once by itself. A broker with more rows than a browser
 * holds well stays with the server.
 */
export function useDestinationRows(
  broker: string,
  filter: LineFilter<DestinationFacts>,
  table: FieldTable<DestinationFacts>,
  sort: Sort,
) {
  const asked = useDebounced(filter.applied, 120)
  // A sample of ten thousand rows gives way to scrolling and typing: it is drawn in a turn of its own.
  const whole = useDeferredValue(useHeldDestinations(broker, false).data)
  const isHeld = whole?.complete === true
  const offered = useDestinationCounts(broker).data ?? null
  const pages = useDestinationPages(
    broker,
    {
      filter: asked || undefined,
      sort: sort.id as NonNullable<DestinationView['sort']>,
      order: sort.order,
    },
    !isHeld,
  )
  const first = pages.data?.pages[0]
  const isSmall = first !== undefined && (first.counts?.all ?? Number.POSITIVE_INFINITY) <= maxHeldRows
  const held = useHeldDestinations(broker, isHeld || isSmall)
  const all = isHeld ? whole.items : nothing
  const local = useFiltered(all, filter, table, destinationChips)
  const sorted = useMemo(
    () => sortDestinations(local.rows, sort.id, sort.order),
    [local.rows, sort.id, sort.order],
  )
  const paged = useMemo(() => rowsOf(pages.data?.pages), [pages.data?.pages])
  const byId = useMemo(() => new Map(all.map((row) => [row.id, row])), [all])
  const find = useCallback((id: string) => byId.get(id), [byId])

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  const onEnd = useCallback(() => {
    if (!isHeld && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [isHeld, hasNextPage, isFetchingNextPage, fetchNextPage])

  if (isHeld)
    return {
      rows: sorted,
      known: all,
      counts: local.counts as Readonly<Record<string, number>>,
      offered,
      matching: sorted.length,
      total: all.length,
      problems: whole.problems,
      isLoading: false,
      isPending: false,
      error: null,
      refetch: held.refetch,
      find,
      onEnd,
    }
  // The counts are of the whole broker: beside another line they would say something else than the list.
  const isWhole = filter.applied === '' && asked === ''
  return {
    rows: paged,
    known: paged,
    counts: isWhole ? (first?.counts ?? offered ?? undefined) : undefined,
    offered,
    matching: pages.isPlaceholderData || asked !== filter.applied ? null : (first?.total ?? null),
    total: first?.counts?.all ?? null,
    problems: pages.data?.pages.flatMap((page) => page.problems ?? []) ?? [],
    isLoading: isFetchingNextPage || held.isFetching,
    isPending: pages.isPending,
    error: pages.error,
    refetch: pages.refetch,
    find,
    onEnd,
  }
}
