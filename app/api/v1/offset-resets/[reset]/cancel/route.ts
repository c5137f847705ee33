import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('cancelOffsetReset', getRuntime, ({ runtime, params, caller }) =>
    runtime.offsetResets.cancel(params.reset, caller),
  ),
})
