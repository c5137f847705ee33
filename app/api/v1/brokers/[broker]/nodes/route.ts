import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('listNodes', getRuntime, ({ runtime, params, call }) =>
    runtime.views.listNodes(params.broker, call),
  ),
})
