import { z } from 'zod'

/**
 * What is kept of the last 15 minutes. Of a destination: depth, inRate, outRate. Of a group: lag, inRate (messages
 * arriving), outRate (messages read), and partitionLag, one series a partition. Of a broker: inRate, outRate, deadLetters.
 */
export const recentMetricSchema = z.enum(['depth', 'inRate', 'outRate', 'lag', 'partitionLag', 'deadLetters'])
export type RecentMetric = z.infer<typeof recentMetricSchema>

export const recentItemSchema = z
  .object({
    /** The destination's or the group's, or the broker's own. */
    id: z.string(),
    metric: recentMetricSchema,
    /** With partitionLag: which partition of the group. */
    destination: z.string().optional(),
    partition: z.number().int().optional(),
    /** Exact only when every value was; an approximate one may leave out what could not be read. */
    quality: z.enum(['exact', 'approximate']),
    /** One a step, oldest first; null where nothing was read. */
    points: z.array(z.number().nullable()),
  })
  .meta({ id: 'RecentItem' })
export type RecentItem = z.infer<typeof recentItemSchema>

/** Kept in memory since `since` and gone with the process: not history. Ids nothing is known of are absent. */
export const recentSchema = z
  .object({
    /** The first reading of this broker since the console started; null before it. */
    since: z.iso.datetime({ precision: 3 }).nullable(),
    stepMs: z.number().int(),
    /** When the step of the last point begins. */
    at: z.iso.datetime({ precision: 3 }),
    items: z.array(recentItemSchema),
  })
  .meta({ id: 'Recent' })
export type Recent = z.infer<typeof recentSchema>
