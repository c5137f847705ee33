import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('getBroker', getRuntime, ({ runtime, params, caller }) =>
    runtime.views.getBroker(params.broker, caller),
  ),
  PATCH: defineRoute('changeBroker', getRuntime, ({ runtime, params, body, caller, call }) =>
    runtime.brokers.change(params.broker, body, caller, call),
  ),
  DELETE: defineRoute('removeBroker', getRuntime, ({ runtime, params, body }) =>
    runtime.brokers.remove(params.broker, body.confirm),
  ),
})
