import { useQuery } from '@tanstack/react-query'
import type { DeadLetterQueue } from '../schemas/dead-letter.ts'
import { call } from './call.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'
import type { Page } from './page.ts'

/** Dead-letter destinations of every broker, all of them: there are few, and the inbox sorts them. */
export function useDeadLetters() {
  return useQuery({
    queryKey: keys.deadLetters,
    queryFn: async ({ signal }) => {
      const items: DeadLetterQueue[] = []
      const problems: NonNullable<Page<DeadLetterQueue>['problems']>[number][] = []
      let cursor: string | null = null
      do {
        const page: Page<DeadLetterQueue> = await call('/dead-letters', {
          signal,
          query: { limit: 1000, cursor },
        })
        items.push(...page.items)
        problems.push(...(page.problems ?? []))
        cursor = page.nextCursor
      } while (cursor)
      return { items, problems }
    },
    refetchInterval: every(10_000),
  })
}
