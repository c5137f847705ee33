import { z } from 'zod'
import { qualitySchema, unitSchema } from './reading.ts'

/**
 * The name of a reading: depth, ready, unacked, inRate, lag, lagSeconds, memory … Any reading a broker, destination,
 * group or node has is kept under its own name.
 */
export const seriesMetricSchema = z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/)

/** Raw: as read (24 hours). Minute (14 days) and hour (13 months): average with the lowest and highest value beside it. */
export const seriesTierSchema = z.enum(['raw', 'minute', 'hour'])
export type SeriesTier = z.infer<typeof seriesTierSchema>

/**
 * Null: nothing was read then, or the broker did not know. Never 0 for unknown, never the value before: a reading
 * stands until the next one was due, and no longer.
 */
const pointSchema = z.tuple([z.number().int(), z.number().nullable()])

export const seriesSchema = z
  .object({
    broker: z.string(),
    destination: z.string().optional(),
    group: z.string().optional(),
    node: z.string().optional(),
    metric: seriesMetricSchema,
    unit: unitSchema.nullable(),
    /** The worst of all values in the range; null when there is none. */
    quality: qualitySchema.nullable(),
    from: z.iso.datetime({ precision: 3 }),
    to: z.iso.datetime({ precision: 3 }),
    /** What one point stands for; points lie at the beginning of their step. */
    stepMs: z.number().int(),
    tier: seriesTierSchema,
    /** Time in epoch ms, ascending, and the average of its step. */
    points: z.array(pointSchema),
    /** Lowest and highest value of each step, in the order of `points`: a spike is never averaged away. */
    low: z.array(z.number().nullable()),
    high: z.array(z.number().nullable()),
    /** From where to where (epoch ms) values were estimated: drawn dashed. */
    estimated: z.array(z.tuple([z.number().int(), z.number().int()])),
    /** Where another incarnation of the same name began (epoch ms): lines are not joined over it. */
    breaks: z.array(z.number().int()),
    /** The first moment anything is kept of this metric; null: nothing ever was. */
    since: z.iso.datetime({ precision: 3 }).nullable(),
  })
  .meta({ id: 'Series' })
export type Series = z.infer<typeof seriesSchema>
