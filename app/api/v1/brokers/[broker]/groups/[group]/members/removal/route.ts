import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('getRemovalEffect', getRuntime, ({ runtime, params, query, caller, call }) =>
    runtime.commands.removalEffect(params.broker, params.group, query.member, caller, call),
  ),
})
