import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('connectBroker', getRuntime, ({ runtime, params, body, caller, call }) =>
    runtime.brokers.connect(params.broker, body, caller, call),
  ),
})
