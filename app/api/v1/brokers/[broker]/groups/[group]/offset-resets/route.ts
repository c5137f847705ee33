import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('resetOffsets', getRuntime, ({ runtime, params, body, caller, call }) =>
    runtime.offsetResets.create(params.broker, params.group, body, caller, call),
  ),
})
