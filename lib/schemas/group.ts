import { z } from 'zod'
import { abilitiesSchema } from './ability.ts'
import { problemSchema } from './problem.ts'
import { readingSchema } from './reading.ts'

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

export const lagRowSchema = z
  .object({
    destination: z.string(),
    partition: z.number().int(),
    committed: z.string().nullable(),
    start: z.string().nullable(),
    end: z.string().nullable(),
    member: z.string().optional(),
    lag: readingSchema,
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
    pending: z.array(pendingEntrySchema).optional(),
    abilities: abilitiesSchema,
    problems: z.array(problemSchema).optional(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Group' })
export type Group = z.infer<typeof groupSchema>
