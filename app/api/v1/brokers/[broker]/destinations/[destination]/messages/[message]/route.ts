import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('getMessage', getRuntime, ({ runtime, params, caller, call }) =>
    runtime.messages.get(params.broker, params.destination, params.message, caller, call),
  ),
})
