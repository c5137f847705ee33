import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('getSandbox', getRuntime, ({ runtime, params, caller }) =>
    runtime.brokers.sandboxState(params.broker, caller),
  ),
  POST: defineRoute('playSandbox', getRuntime, ({ runtime, params, body, caller }) =>
    runtime.brokers.playSandbox(params.broker, body.action, caller),
  ),
})
