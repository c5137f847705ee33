import { z } from 'zod'
import { readingSchema, readingsSchema } from './reading.ts'

/** Who takes messages from where over a connection, and what it holds. */
export const connectionConsumerSchema = z.object({
  tag: z.string(),
  destination: z.object({ id: z.string().optional(), name: z.string(), namespace: z.string().optional() }),
  group: z.string().optional(),
  /** How many it may hold unacknowledged; null: no limit. */
  prefetch: z.number().int().nullable().optional(),
  unacked: readingSchema.optional(),
  oldestUnacked: readingSchema.optional(),
  idle: readingSchema.optional(),
  isActive: z.boolean().optional(),
})

export const connectionSchema = z
  .object({
    id: z.string(),
    /** As the client calls itself. */
    client: z.string(),
    library: z.string().optional(),
    user: z.string().optional(),
    host: z.string().optional(),
    tls: z.boolean().optional(),
    protocol: z.string().optional(),
    /** running, blocked, blocking, flow, idle … the broker's own word, lower case. */
    state: z.string(),
    since: z.iso.datetime({ precision: 3 }).optional(),
    /** unacked, channels, inRate, outRate, idle … */
    readings: readingsSchema,
    consumers: z.array(connectionConsumerSchema),
    /** What closing it does, in a sentence; absent where it cannot be closed. */
    closeEffect: z.string().optional(),
    /** Ours: closing it would close the console's own. */
    isOwn: z.boolean(),
  })
  .meta({ id: 'Connection' })
export type Connection = z.infer<typeof connectionSchema>

export const closeConnectionInputSchema = z.strictObject({
  /** The connection's client name or host, as listed: typed by the person. */
  confirm: z.string().min(1).max(500),
  reason: z.string().trim().max(200).optional(),
})
export type CloseConnectionInput = z.infer<typeof closeConnectionInputSchema>

export const removeMemberInputSchema = z.strictObject({ member: z.string().min(1).max(1000) })
export type RemoveMemberInput = z.infer<typeof removeMemberInputSchema>

/** Hands entries that wait for an acknowledgement to another consumer (Redis XCLAIM). */
export const claimPendingInputSchema = z.strictObject({
  destination: z.string().min(1),
  ids: z.array(z.string().min(1)).min(1).max(1000),
  consumer: z.string().min(1).max(500),
  /** Only entries that were idle at least so long: one that was delivered just now stays. */
  minIdleMs: z.number().int().min(0).default(0),
})
export type ClaimPendingInput = z.infer<typeof claimPendingInputSchema>

export const actResultSchema = z
  .object({ done: z.number().int(), detail: z.string() })
  .meta({ id: 'ActResult' })
export type ActResult = z.infer<typeof actResultSchema>
