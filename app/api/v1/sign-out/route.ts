import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('signOut', getRuntime, async ({ runtime, headers, request }) => {
    headers.append('set-cookie', (await runtime.access.signOut(request.headers)).cookie)
    return { ok: true as const }
  }),
})
