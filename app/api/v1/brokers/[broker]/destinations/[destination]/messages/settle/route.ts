import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('settleMessages', getRuntime, ({ runtime, params, body, caller, call }) =>
    runtime.commands.settle(params.broker, params.destination, body, caller, call),
  ),
})
