import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('listDeadLetters', getRuntime, ({ runtime, query, caller, call }) =>
    runtime.deadLetters.list(query, caller, call),
  ),
})
