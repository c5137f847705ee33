import { useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import type { DeadLetterQueue } from '../schemas/dead-letter.ts'
import type { Problem } from '../schemas/problem.ts'
import { keys } from './keys.ts'
import { every } from './live-state.ts'

/** Dead-letter destinations of every broker, all of them: there are few, and the inbox sorts them. */
export function useDeadLetters() {
  return useQuery({
    queryKey: keys.deadLetters,
    queryFn: async ({ signal }) => {
      const items: DeadLetterQueue[] = []
      const problems: Problem[] = []
      let cursor: string | undefined
      do {
        const page = await callApi('listDeadLetters', { query: { limit: 1000, cursor } }, { signal })
        items.push(...page.items)
        problems.push(...(page.problems ?? []))
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      return { items, problems }
    },
    refetchInterval: every(10_000),
  })
}
