import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('acknowledgeNeed', getRuntime, ({ runtime, params, body, caller }) =>
    runtime.needs.acknowledge(params.need, body, caller),
  ),
  DELETE: defineRoute('withdrawAcknowledgement', getRuntime, ({ runtime, params }) =>
    runtime.needs.withdraw(params.need),
  ),
})
