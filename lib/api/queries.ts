import { z } from 'zod'
import { destinationTypeSchema } from '../schemas/destination.ts'
import { groupTypeSchema } from '../schemas/group.ts'
import { messageSchema, scannedSchema } from '../schemas/message.ts'
import { itemStateSchema } from '../schemas/replay.ts'
import { flagSchema, orderSchema, pageQuerySchema } from './operation.ts'

const textSchema = z.string().max(1000)
/** A line in the grammar of lib/domain/filter; 400 with its column when it cannot be read. */
const filterSchema = z.string().max(1000)

/** Columns a list of destinations can be ordered by: its words, else a reading (unknown values last). */
export const destinationSortSchema = z.enum([
  'name',
  'type',
  'state',
  'namespace',
  'depth',
  'ready',
  'unacked',
  'inRate',
  'outRate',
  'consumers',
  'bytes',
])

export const destinationQuerySchema = pageQuerySchema.extend({
  q: textSchema.optional(),
  filter: filterSchema.optional(),
  /** Leaves abilities, evidence and links empty: half the bytes, for a list that shows none of them. */
  slim: flagSchema.optional(),
  type: destinationTypeSchema.optional(),
  state: textSchema.optional(),
  deadLetter: flagSchema.optional(),
  internal: flagSchema.optional(),
  sort: destinationSortSchema.default('name'),
  order: orderSchema.default('asc'),
})
export type DestinationQuery = z.output<typeof destinationQuerySchema>

export const groupQuerySchema = pageQuerySchema.extend({
  q: textSchema.optional(),
  filter: filterSchema.optional(),
  type: groupTypeSchema.optional(),
  state: textSchema.optional(),
  destination: textSchema.optional(),
  sort: z.enum(['name', 'type', 'state', 'total']).default('name'),
  order: orderSchema.default('asc'),
})
export type GroupQuery = z.output<typeof groupQuerySchema>

export const deadLetterQuerySchema = pageQuerySchema.extend({
  q: textSchema.optional(),
  filter: filterSchema.optional(),
  broker: textSchema.optional(),
})
export type DeadLetterQuery = z.output<typeof deadLetterQuerySchema>

/** `from`: newest, oldest, an ISO time, or a position as a message carries it. */
export const messageQuerySchema = z.strictObject({
  from: z.string().min(1).max(4096).optional(),
  partition: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  filter: z.string().max(2048).optional(),
  cursor: z.string().min(1).max(8192).optional(),
})
export type MessageQuery = z.output<typeof messageQuerySchema>

export const messageStreamQuerySchema = messageQuerySchema.omit({ cursor: true, limit: true }).extend({
  limit: z.coerce.number().int().min(1).max(100_000).optional(),
})
export type MessageStreamQuery = z.output<typeof messageStreamQuerySchema>

/** The events of a message stream, by SSE event name. */
export const messageEventSchema = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('message'), data: messageSchema }),
    z.object({ event: z.literal('progress'), data: scannedSchema }),
    z.object({ event: z.literal('done'), data: scannedSchema }),
  ])
  .meta({ id: 'MessageEvent' })
export type MessageEvent = z.infer<typeof messageEventSchema>

export const replayItemQuerySchema = pageQuerySchema.extend({ state: itemStateSchema.optional() })
export type ReplayItemQuery = z.output<typeof replayItemQuerySchema>

export const auditQuerySchema = pageQuerySchema.extend({ broker: textSchema.optional() })
export type AuditQuery = z.output<typeof auditQuerySchema>

/** A worker without headers of its own may resume by query. */
export const liveQuerySchema = z.strictObject({ lastEventId: z.string().max(200).optional() })
