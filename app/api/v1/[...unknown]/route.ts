import { answerUnknown } from '@/server/http/index.ts'
import { getRuntime } from '@/server/runtime/slot.ts'

const answer = answerUnknown(getRuntime)

export { answer as DELETE, answer as GET, answer as OPTIONS, answer as PATCH, answer as POST, answer as PUT }
