import { z } from 'zod'
import { memberSchema } from './group.ts'
import { problemSchema } from './problem.ts'
import { readingSchema } from './reading.ts'

const at = z.iso.datetime({ precision: 3 })
/** Kafka: a decimal number. Redis: an entry id. */
const positionSchema = z.string().min(1).max(64)

export const offsetTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('earliest') }),
  z.strictObject({ kind: z.literal('latest') }),
  z.strictObject({ kind: z.literal('time'), at: z.iso.datetime({ offset: true }) }),
  z.strictObject({ kind: z.literal('offset'), offset: positionSchema }),
  /** By so many messages: negative reads again, positive skips. */
  z.strictObject({ kind: z.literal('shift'), by: z.number().int() }),
  /** One message on one partition: the next one to be read. */
  z.strictObject({ kind: z.literal('skip-one') }),
])
export type OffsetTarget = z.infer<typeof offsetTargetSchema>

export const offsetPartSchema = z.strictObject({
  destination: z.string().min(1),
  partition: z.number().int().min(0),
})
export type OffsetPart = z.infer<typeof offsetPartSchema>

export const offsetPlanInputSchema = z.strictObject({
  target: offsetTargetSchema,
  /** Absent: every partition of the group. `skip-one` takes exactly one. */
  parts: z.array(offsetPartSchema).min(1).max(10_000).optional(),
})
export type OffsetPlanInput = z.infer<typeof offsetPlanInputSchema>

export const offsetRowSchema = z
  .object({
    destination: z.string(),
    partition: z.number().int(),
    old: positionSchema.nullable(),
    next: positionSchema,
    start: positionSchema.nullable(),
    end: positionSchema.nullable(),
    /** Messages that will never be read by this group. */
    skipped: readingSchema,
    /** Messages that will be read again. */
    again: readingSchema,
    /** Why `next` is not what was asked for (before the first message, beyond the end). */
    note: z.string().optional(),
  })
  .meta({ id: 'OffsetRow' })
export type OffsetRow = z.infer<typeof offsetRowSchema>

export const offsetPlanSchema = z
  .object({
    rows: z.array(offsetRowSchema),
    skipped: readingSchema,
    again: readingSchema,
    /** While there are any, nothing is applied. */
    members: z.array(memberSchema),
    /** In one sentence. */
    sentence: z.string(),
    problems: z.array(problemSchema),
  })
  .meta({ id: 'OffsetPlan' })
export type OffsetPlan = z.infer<typeof offsetPlanSchema>

export const offsetResetInputSchema = z.strictObject({
  /** The rows of a plan as they were shown: `old` must still hold, else nothing is done. */
  rows: z
    .array(offsetRowSchema.pick({ destination: true, partition: true, old: true, next: true }).strict())
    .min(1)
    .max(10_000),
  /** The group's name, typed. */
  confirm: z.string().min(1).max(500),
  /** Members are active: wait up to 30 minutes for the group to be empty, then apply. */
  whenEmpty: z.boolean().default(false),
})
export type OffsetResetInput = z.infer<typeof offsetResetInputSchema>

export const offsetResetSchema = z
  .object({
    id: z.string(),
    broker: z.string(),
    group: z.object({ id: z.string(), name: z.string() }),
    /** armed: waits for the group to be empty. moved: offsets changed meanwhile, to be shown and confirmed again. */
    state: z.enum(['armed', 'applied', 'cancelled', 'expired', 'moved', 'failed']),
    rows: z.array(offsetRowSchema.pick({ destination: true, partition: true, old: true, next: true })),
    createdBy: z.string(),
    createdAt: at,
    expiresAt: at.nullable(),
    finishedAt: at.nullable(),
    detail: z.string(),
  })
  .meta({ id: 'OffsetReset' })
export type OffsetReset = z.infer<typeof offsetResetSchema>
