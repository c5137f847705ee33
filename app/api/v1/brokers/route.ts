import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('listBrokers', getRuntime, ({ runtime, query, caller }) =>
    runtime.views.listBrokers(query, caller),
  ),
  POST: defineRoute('createBroker', getRuntime, ({ runtime, body, caller, call }) =>
    runtime.brokers.create(body, caller, call),
  ),
})
