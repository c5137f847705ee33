import { z } from 'zod'

/** Units a reading may carry. `per-second` is derived by the sampler, never by a driver. */
export const unitSchema = z.enum([
  'messages',
  'bytes',
  'consumers',
  'groups',
  'partitions',
  'per-second',
  'seconds',
  'ms',
  'members',
  'count',
  'ratio',
])
export type Unit = z.infer<typeof unitSchema>

export const qualitySchema = z.enum(['exact', 'approximate', 'estimated'])
export type Quality = z.infer<typeof qualitySchema>

/**
 * A measured value. `at` is when the broker held the value, not when we read it; a value of unknown
 * age is `approximate` with `at` set back by its worst age. Unknown is never 0.
 */
export const okReadingSchema = z
  .object({
    state: z.literal('ok'),
    value: z.number(),
    unit: unitSchema,
    at: z.iso.datetime({ precision: 3 }),
    quality: qualitySchema,
    detail: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'OkReading' })
export const readingSchema = z
  .discriminatedUnion('state', [
    okReadingSchema,
    z.object({ state: z.literal('unsupported'), reason: z.string() }),
    z.object({
      state: z.literal('unavailable'),
      reason: z.string(),
      at: z.iso.datetime({ precision: 3 }),
      last: okReadingSchema.optional(),
    }),
  ])
  .meta({ id: 'Reading' })
export type OkReading = z.infer<typeof okReadingSchema>
export type Reading = z.infer<typeof readingSchema>
/** Readings by metric name: depth, ready, unacked, inRate, outRate, consumers, bytes, lag … */
export const readingsSchema = z.record(z.string(), readingSchema)
export type Readings = z.infer<typeof readingsSchema>
