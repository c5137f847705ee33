import { z } from 'zod'
import { effectSchema } from './ability.ts'
import { readingSchema } from './reading.ts'

export const replayStateSchema = z.enum([
  'planning',
  'planned',
  'running',
  'paused',
  'cancelling',
  'cancelled',
  'completed',
  'failed',
])
export type ReplayState = z.infer<typeof replayStateSchema>
export const itemStateSchema = z.enum(['pending', 'sent', 'done', 'failed', 'uncertain', 'skipped'])
export type ItemState = z.infer<typeof itemStateSchema>

export const countsSchema = z
  .object({
    total: z.number().int(),
    pending: z.number().int(),
    sent: z.number().int(),
    done: z.number().int(),
    failed: z.number().int(),
    uncertain: z.number().int(),
    skipped: z.number().int(),
  })
  .meta({ id: 'ReplayCounts' })
export type ReplayCounts = z.infer<typeof countsSchema>

export const replayTargetSchema = z.union([
  z.strictObject({ origin: z.literal(true) }),
  z.strictObject({
    broker: z.string().optional(),
    destination: z.string(),
    key: z.string().optional(),
    routingKey: z.string().optional(),
  }),
])
export const replayInputSchema = z
  .strictObject({
    broker: z.string(),
    source: z.string(),
    select: z.union([
      z.strictObject({ ids: z.array(z.string()).min(1).max(100_000) }),
      z.strictObject({ all: z.literal(true), max: z.number().int().min(1).optional() }),
    ]),
    target: replayTargetSchema,
    rate: z.number().positive().max(1_000_000).optional(),
    dryRun: z.boolean().optional(),
  })
  .meta({ id: 'ReplayInput' })
export type ReplayInput = z.infer<typeof replayInputSchema>

export const replaySchema = z
  .object({
    id: z.string(),
    state: replayStateSchema,
    /** One sentence in words: "delivered to orders, 3 waiting there". Never consumed, succeeded or fixed. */
    sentence: z.string(),
    broker: z.string(),
    source: z.object({ id: z.string(), name: z.string() }),
    target: z.object({
      origin: z.boolean(),
      broker: z.string(),
      id: z.string().optional(),
      name: z.string().optional(),
      key: z.string().optional(),
      routingKey: z.string().optional(),
    }),
    select: z.object({ all: z.boolean(), count: z.number().int() }),
    rate: z.number().nullable(),
    dryRun: z.boolean(),
    counts: countsSchema,
    effects: z.array(effectSchema),
    /** What the source does with a settled message: it leaves (removes) or is only marked here (marks). */
    settles: z.enum(['removes', 'marks']),
    plan: z.object({
      stripped: z.array(z.string()),
      added: z.array(z.string()),
      guarantee: z.string(),
      notes: z.array(z.string()),
      holding: z.string().optional(),
    }),
    ratePerSecond: readingSchema.optional(),
    secondsLeft: readingSchema.optional(),
    /** After the run: what waits at the target, who consumes it, what arrived in the source since the start. */
    outcome: z
      .object({
        targets: z.array(
          z.object({ id: z.string(), name: z.string(), depth: readingSchema, consumers: readingSchema }),
        ),
        arrivedSince: readingSchema,
      })
      .optional(),
    problem: z.string().optional(),
    createdBy: z.string(),
    createdAt: z.iso.datetime({ precision: 3 }),
    startedAt: z.iso.datetime({ precision: 3 }).nullable(),
    finishedAt: z.iso.datetime({ precision: 3 }).nullable(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Replay' })
export type Replay = z.infer<typeof replaySchema>

export const replayItemSchema = z
  .object({
    row: z.number().int(),
    replayId: z.string(),
    messageId: z.string(),
    state: itemStateSchema,
    target: z.string().optional(),
    position: z.string().optional(),
    reason: z.string().optional(),
    at: z.iso.datetime({ precision: 3 }),
  })
  .meta({ id: 'ReplayItem' })
export type ReplayItem = z.infer<typeof replayItemSchema>
