import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('live', getRuntime, ({ runtime, query, caller, call, request }) =>
    runtime.live.subscribe(
      request.headers.get('last-event-id') ?? query.lastEventId ?? null,
      caller,
      call.signal,
    ),
  ),
})
