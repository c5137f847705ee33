import { z } from 'zod'
import { abilitiesSchema } from './ability.ts'
import { verdictSchema } from './need.ts'
import { problemSchema } from './problem.ts'
import { readingSchema, readingsSchema } from './reading.ts'

const at = z.iso.datetime({ precision: 3 })

export const groupTypeSchema = z.enum(['classic', 'consumer', 'share', 'streams', 'redis', 'queue'])
export type GroupType = z.infer<typeof groupTypeSchema>

export const memberSchema = z
  .object({
    id: z.string(),
    client: z.string().optional(),
    host: z.string().optional(),
    instance: z.string().optional(),
    assignments: z
      .array(z.object({ destination: z.string(), partitions: z.array(z.number().int()) }))
      .optional(),
    pending: readingSchema.optional(),
    idleMs: readingSchema.optional(),
  })
  .meta({ id: 'Member' })
export type Member = z.infer<typeof memberSchema>

/** What was seen of a partition since the console watches it. */
export const movementSchema = z
  .object({
    since: at,
    /** When the commit was last seen to change; null: not since `since`. */
    committedAt: at.nullable(),
    /** When the end was last seen to change; null: not since `since`. */
    endAt: at.nullable(),
    /** Messages that arrived since the commit last changed; null where positions do not count messages. */
    arrived: z.number().nullable(),
    /** When messages were seen to begin to wait, nothing having waited before; absent: they waited when watching began. */
    waitingAt: at.optional(),
    /** How long its last commits spanned; absent before a second one was seen. */
    commitSpanMs: z.number().optional(),
    /** The commit was set back and has not come back to `from` since; `messages` null where positions do not count them. */
    rewound: z.object({ at, from: z.string(), messages: z.number().nullable() }).optional(),
  })
  .meta({ id: 'Movement' })
export type Movement = z.infer<typeof movementSchema>

export const lagRowSchema = z
  .object({
    destination: z.string(),
    partition: z.number().int(),
    committed: z.string().nullable(),
    start: z.string().nullable(),
    end: z.string().nullable(),
    member: z.string().optional(),
    lag: readingSchema,
    /** How old the next message to be read is: by its own time, else from when we saw that end; estimated says so in `detail.from`. */
    lagSeconds: readingSchema.optional(),
    /** Messages the log dropped before this group read them: `start` has passed `committed`. */
    lost: readingSchema.optional(),
    /** Of one group asked for by its id; in lists only of rows whose commit has not moved for a minute while messages wait. */
    movement: movementSchema.optional(),
  })
  .meta({ id: 'LagRow' })
export type LagRow = z.infer<typeof lagRowSchema>

/** An entry delivered but not acknowledged, with its delivery count (Redis): the poison view. */
export const pendingEntrySchema = z
  .object({
    id: z.string(),
    destination: z.string(),
    consumer: z.string(),
    idleMs: z.number(),
    deliveries: z.number().int(),
  })
  .meta({ id: 'PendingEntry' })
export type PendingEntry = z.infer<typeof pendingEntrySchema>

export const groupSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: groupTypeSchema,
    /** The broker's own word, lower case (stable, empty, preparingrebalance …). */
    state: z.string(),
    members: z.array(memberSchema),
    lag: z.array(lagRowSchema),
    total: readingSchema,
    /** The worst `lagSeconds` of its rows. */
    totalSeconds: readingSchema.optional(),
    /** What follows from its positions: inRate, outRate, netRate, timeToDrain, retentionUsed, timeToLoss, lost …; each with its formula in `detail`. */
    readings: readingsSchema.optional(),
    /** Changes with every rebalance, where the broker tells (KIP-848 group epoch). */
    epoch: z.string().optional(),
    pending: z.array(pendingEntrySchema).optional(),
    /** What is judged of it, of one group asked for by its id. */
    verdict: verdictSchema.optional(),
    /** Messages a second that arrived and were read over the last five minutes, as the verdict has them. */
    pace: z.object({ arriving: readingSchema, reading: readingSchema }).optional(),
    abilities: abilitiesSchema,
    problems: z.array(problemSchema).optional(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Group' })
export type Group = z.infer<typeof groupSchema>
