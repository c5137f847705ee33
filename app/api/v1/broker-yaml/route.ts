import { defineMethods, defineRoute } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = defineMethods({
  POST: defineRoute('writeBrokerYaml', getRuntime, ({ runtime, body }) => runtime.brokers.writeYaml(body)),
})
