import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('getDestination', getRuntime, ({ runtime, params, caller, call }) =>
    runtime.views.getDestination(params.broker, params.destination, caller, call),
  ),
})
