import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('listEvents', getRuntime, ({ runtime, query }) => runtime.events.list(query)),
  POST: defineRoute('createEvent', getRuntime, ({ runtime, body, caller }) =>
    runtime.events.create(body, caller),
  ),
})
