import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('claimPending', getRuntime, ({ runtime, params, body, caller, call }) =>
    runtime.commands.claimPending(params.broker, params.group, body, caller, call),
  ),
})
