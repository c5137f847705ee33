import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('listConnections', getRuntime, ({ runtime, params, query, caller, call }) =>
    runtime.commands.listConnections(params.broker, query, caller, call),
  ),
})
