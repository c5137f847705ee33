import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('getMe', getRuntime, ({ runtime, caller, expiresAtMs }) => ({
    actor: caller.actor,
    via: caller.via,
    permissions: [...caller.permissions],
    version: runtime.version,
    expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
  })),
})
