import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('listReplays', getRuntime, ({ runtime, query, caller }) =>
    runtime.replays.list(query, caller),
  ),
  POST: defineRoute('createReplay', getRuntime, ({ runtime, body, caller, call }) =>
    runtime.replays.create(body, caller, call),
  ),
})
