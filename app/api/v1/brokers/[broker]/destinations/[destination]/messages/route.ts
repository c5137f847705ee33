import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('listMessages', getRuntime, ({ runtime, params, query, caller, call }) =>
    runtime.messages.page(params.broker, params.destination, query, caller, call),
  ),
  POST: defineRoute('publishMessage', getRuntime, ({ runtime, params, body, caller, call }) =>
    runtime.commands.publish(params.broker, params.destination, body, caller, call),
  ),
  DELETE: defineRoute('purgeMessages', getRuntime, ({ runtime, params, body, caller, call }) =>
    runtime.commands.purge(params.broker, params.destination, body, caller, call),
  ),
})
