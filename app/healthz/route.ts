import { answerHealth } from '@/server/http/index.ts'
import { peekRuntime } from '@/server/runtime/slot.ts'

/** 200 only when the store is open and the API serves. */
export const GET = answerHealth(() => peekRuntime()?.health().storeOpen ?? false)
