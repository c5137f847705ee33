import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('streamMessages', getRuntime, ({ runtime, params, query, caller, call }) =>
    runtime.messages.stream(params.broker, params.destination, query, caller, call),
  ),
})
