import { z } from 'zod'
import { destinationTypeSchema } from '../schemas/destination.ts'
import { eventKindSchema } from '../schemas/event.ts'
import { groupTypeSchema } from '../schemas/group.ts'
import { messageSchema, scannedSchema } from '../schemas/message.ts'
import { recentMetricSchema } from '../schemas/recent.ts'
import { itemStateSchema } from '../schemas/replay.ts'
import { seriesMetricSchema } from '../schemas/series.ts'
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

const mostRecent = 200
/** `a,b,c`, each once. */
const idListSchema = z
  .string()
  .max(200_000)
  .transform((text) => [...new Set(text.split(','))])
  .pipe(z.array(z.string().min(1).max(4096)).max(mostRecent))

const recentMetrics = {
  destinations: ['depth', 'inRate', 'outRate'],
  groups: ['lag', 'inRate', 'outRate', 'partitionLag'],
  broker: ['inRate', 'outRate', 'deadLetters'],
} as const

/** Destinations or groups by their ids, at most 200; neither: the broker's own. */
export const recentQuerySchema = z
  .strictObject({
    metric: z
      .string()
      .transform((text) => [...new Set(text.split(','))])
      .pipe(z.array(recentMetricSchema)),
    destinations: idListSchema.optional(),
    groups: idListSchema.optional(),
  })
  .superRefine(({ metric, destinations, groups }, context) => {
    if (destinations && groups)
      context.addIssue({ code: 'custom', path: ['groups'], message: 'not together with destinations' })
    const of = destinations ? 'destinations' : groups ? 'groups' : 'broker'
    const allowed: readonly string[] = recentMetrics[of]
    if (metric.some((one) => !allowed.includes(one)))
      context.addIssue({ code: 'custom', path: ['metric'], message: `of ${of}: ${allowed.join(', ')}` })
    if (metric.includes('partitionLag') && groups && groups.length > 1)
      context.addIssue({ code: 'custom', path: ['groups'], message: 'partitionLag is asked of one group' })
  })
export type RecentQuery = z.output<typeof recentQuerySchema>

export const deadLetterQuerySchema = pageQuerySchema.extend({
  q: textSchema.optional(),
  filter: filterSchema.optional(),
  broker: textSchema.optional(),
})
export type DeadLetterQuery = z.output<typeof deadLetterQuerySchema>

/** A few words of a name, or an id; blank is nothing to look for. */
export const searchQuerySchema = z.strictObject({
  q: z.string().trim().min(1).max(200),
  limit: z.coerce.number().int().min(1).max(50).default(20),
})
export type SearchQuery = z.output<typeof searchQuerySchema>

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

const timeSchema = z.iso.datetime({ offset: true })

/** Of a destination, a group or a node by its id; none of them: of the broker itself. `to` absent: now. */
export const seriesQuerySchema = z
  .strictObject({
    broker: textSchema.min(1),
    destination: textSchema.min(1).optional(),
    group: textSchema.min(1).optional(),
    node: textSchema.min(1).optional(),
    metric: seriesMetricSchema,
    from: timeSchema,
    to: timeSchema.optional(),
    points: z.coerce.number().int().min(2).max(1000).default(300),
  })
  .superRefine(({ destination, group, node, from, to }, context) => {
    if ([destination, group, node].filter((one) => one !== undefined).length > 1)
      context.addIssue({ code: 'custom', path: ['group'], message: 'one of destination, group and node' })
    if (to !== undefined && Date.parse(to) <= Date.parse(from))
      context.addIssue({ code: 'custom', path: ['to'], message: 'must be after from' })
  })
export type SeriesQuery = z.output<typeof seriesQuerySchema>

/** Newest first. `broker` also answers what is of no single broker (deploys). */
export const eventQuerySchema = pageQuerySchema.extend({
  broker: textSchema.min(1).optional(),
  destination: textSchema.min(1).optional(),
  group: textSchema.min(1).optional(),
  kind: eventKindSchema.optional(),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
})
export type EventQuery = z.output<typeof eventQuerySchema>

/** `acknowledged=true`: also what somebody took on or snoozed. */
export const needQuerySchema = pageQuerySchema.extend({
  broker: textSchema.min(1).optional(),
  acknowledged: flagSchema.optional(),
})
export type NeedQuery = z.output<typeof needQuerySchema>

export const connectionQuerySchema = pageQuerySchema.extend({ destination: textSchema.min(1).optional() })
export type ConnectionQuery = z.output<typeof connectionQuerySchema>

export const removalQuerySchema = z.strictObject({ member: z.string().min(1).max(1000) })
export const countLagQuerySchema = z.strictObject({
  destination: textSchema.min(1),
  partition: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000_000).default(100_000),
})

export const offsetResetQuerySchema = pageQuerySchema.extend({
  broker: textSchema.min(1).optional(),
  group: textSchema.min(1).optional(),
})
export type OffsetResetQuery = z.output<typeof offsetResetQuerySchema>
