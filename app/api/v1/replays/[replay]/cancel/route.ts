import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('cancelReplay', getRuntime, ({ runtime, params, caller, call }) =>
    runtime.replays.cancel(params.replay, caller, call),
  ),
})
