import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('closeConnection', getRuntime, ({ runtime, params, body, caller, call }) =>
    runtime.commands.closeConnection(params.broker, params.connection, body, caller, call),
  ),
})
