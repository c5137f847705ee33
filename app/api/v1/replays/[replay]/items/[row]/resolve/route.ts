import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('resolveReplayItem', getRuntime, ({ runtime, params, body, caller, call }) =>
    runtime.replays.resolve(params.replay, params.row, body.verdict, caller, call),
  ),
})
