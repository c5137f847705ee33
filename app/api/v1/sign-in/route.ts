import { AppError } from '@/lib/domain/app-error.ts'
import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('signIn', getRuntime, async ({ runtime, body, headers }) => {
    const session = await runtime.access.signIn(body.token)
    if (!session)
      throw new AppError('unauthenticated', 'This link was used already, or is older than 15 minutes')
    headers.append('set-cookie', session.cookie)
    return { ok: true as const }
  }),
})
