import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('listOffsetResets', getRuntime, ({ runtime, query, caller }) =>
    runtime.offsetResets.list(query, caller),
  ),
})
