import { answerMetrics } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

export const GET = answerMetrics(getRuntime)
