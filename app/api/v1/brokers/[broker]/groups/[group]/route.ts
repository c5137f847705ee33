import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('getGroup', getRuntime, ({ runtime, params, caller, call }) =>
    runtime.views.getGroup(params.broker, params.group, caller, call),
  ),
})
