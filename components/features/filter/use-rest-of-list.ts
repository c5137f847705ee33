'use client'

import { useEffect } from 'react'
import { formatCount } from '@/lib/format/number'

interface Paged {
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly isError: boolean
  readonly fetchNextPage: () => unknown
}

const most = 20_000

/** What the foot says of a list that was not read to its end. */
export function shortNote(isShort: boolean, hasMore: boolean, loaded: number): string | undefined {
  if (isShort) return `the newest ${formatCount(loaded)} looked at`
  return hasMore && loaded > 0 ? 'older ones as you scroll' : undefined
}

/** A filter means the whole list: while `on`, page after page is read, up to as many rows as a browser holds well. */
export function useRestOfList(list: Paged, loaded: number, on: boolean): { readonly isShort: boolean } {
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = list
  const wants = on && hasNextPage && loaded < most
  useEffect(() => {
    if (wants && !isFetchingNextPage && !isError) void fetchNextPage()
  }, [wants, isFetchingNextPage, isError, fetchNextPage])
  return { isShort: on && hasNextPage && loaded >= most }
}
