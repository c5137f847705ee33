'use client'

import { useRef } from 'react'

/** The list of the time before while each of its entries is the same: what is drawn of it is not drawn again. */
export function useSameList<T>(list: readonly T[]): readonly T[] {
  const kept = useRef(list)
  const before = kept.current
  if (before.length !== list.length || before.some((one, index) => one !== list[index])) kept.current = list
  return kept.current
}
