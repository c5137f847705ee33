import { answerHealth } from '@/server/http/index.ts'
import { peekRuntime } from '@/server/runtime/slot.ts'

/** 200 when the store is open and the loops run; a broker that is down does not make the console unready. */
export const GET = answerHealth(() => peekRuntime()?.health().ready ?? false)
