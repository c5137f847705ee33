import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  GET: defineRoute('getSeries', getRuntime, ({ runtime, query }) => runtime.views.getSeries(query)),
})
