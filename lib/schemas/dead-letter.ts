import { z } from 'zod'
import { brokerKindSchema, brokerStateSchema, environmentSchema, modeSchema } from './broker.ts'
import { destinationSchema } from './destination.ts'
import { readingSchema } from './reading.ts'

/** One dead-letter destination of one broker, for the inbox over all brokers: the destination, and whose it is. */
export const deadLetterQueueSchema = destinationSchema
  .extend({
    broker: z.string(),
    brokerLabel: z.string(),
    brokerKind: brokerKindSchema,
    brokerState: brokerStateSchema,
    environment: environmentSchema,
    mode: modeSchema,
    /** `messages` lie there; `replayed` of them are marked in our ledger (logs keep them), `open` are not. */
    counts: z.object({ messages: readingSchema, replayed: readingSchema, open: readingSchema }),
  })
  .meta({ id: 'DeadLetterQueue' })
export type DeadLetterQueue = z.infer<typeof deadLetterQueueSchema>
