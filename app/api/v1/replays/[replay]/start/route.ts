import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('startReplay', getRuntime, ({ runtime, params, caller, call }) =>
    runtime.replays.start(params.replay, caller, call),
  ),
})
