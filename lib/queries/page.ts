import type { Problem } from '../schemas/problem.ts'

/** What every list answers. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
  readonly total?: number | undefined
  readonly problems?: readonly Problem[] | undefined
}

export function rowsOf<T>(pages: readonly Page<T>[] | undefined): readonly T[] {
  if (!pages) return []
  return pages.length === 1 ? (pages[0]?.items ?? []) : pages.flatMap((page) => page.items)
}
