import { z } from 'zod'
import { problemSchema } from './problem.ts'

const at = z.iso.datetime({ precision: 3 })

/** What is judged of a group, queue, broker, node or replay. After Burrow, for every broker. */
export const statusStateSchema = z.enum([
  'ok',
  'lagging',
  'stalled',
  'stuck',
  'stopped',
  'rewound',
  'unknown',
  'dead-letters',
  'losing',
  'full',
  'blocked',
  'down',
  'degraded',
])
export type StatusState = z.infer<typeof statusStateSchema>
export const statusLevelSchema = z.enum(['ok', 'warn', 'crit', 'unknown'])

const stepSchema = z.object({ label: z.string(), href: z.string() })

/** One judgement: facts in, and nothing they do not say. Every number in `sentence` stands on the page `next` opens. */
export const verdictSchema = z
  .object({
    state: statusStateSchema,
    level: statusLevelSchema,
    word: z.string(),
    sentence: z.string(),
    evidence: z.array(z.string()),
    since: at.nullable(),
    /** It may have begun before: `since` is when the console first saw it so. */
    atLeast: z.boolean().optional(),
    next: stepSchema.nullable(),
  })
  .meta({ id: 'Verdict' })
export type Verdict = z.infer<typeof verdictSchema>

export const acknowledgementSchema = z
  .object({
    by: z.string(),
    at,
    note: z.string(),
    /** Snoozed until then; absent: acknowledged until it is over. */
    until: at.optional(),
  })
  .meta({ id: 'Acknowledgement' })
export type Acknowledgement = z.infer<typeof acknowledgementSchema>

export const needSchema = verdictSchema
  .extend({
    /** The same as long as the trouble lasts; another trouble of the same subject has another. */
    id: z.string(),
    broker: z.string(),
    subject: z.object({
      kind: z.enum(['broker', 'node', 'destination', 'group', 'replay']),
      id: z.string(),
      name: z.string(),
    }),
    /** What this one is the root of, in words: "60 groups unknown". */
    affects: z.array(z.string()),
    acknowledged: acknowledgementSchema.nullable(),
  })
  .meta({ id: 'Need' })
export type Need = z.infer<typeof needSchema>

export const needPageSchema = z.object({
  items: z.array(needSchema),
  nextCursor: z.string().nullable(),
  total: z.number().int(),
  /** What was looked at, so that calm can be believed. */
  checked: z.object({
    at: at.nullable(),
    brokers: z.number().int(),
    groups: z.number().int(),
    destinations: z.number().int(),
    deadLetterQueues: z.number().int(),
  }),
  /** What could not be checked. */
  problems: z.array(problemSchema),
})
export type NeedPage = z.infer<typeof needPageSchema>

export const acknowledgeInputSchema = z.strictObject({
  note: z.string().trim().max(500).default(''),
  /** Snooze: it comes back after so many minutes. */
  minutes: z.number().int().min(1).max(10_080).optional(),
})
export type AcknowledgeInput = z.infer<typeof acknowledgeInputSchema>
