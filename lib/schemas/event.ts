import { z } from 'zod'

const at = z.iso.datetime({ precision: 3 })

/** What happens to brokers, groups and messages, as the charts mark it. */
export const eventKindSchema = z.enum([
  'broker-down',
  'broker-up',
  'broker-restart',
  'broker-blocked',
  'broker-unblocked',
  'node-down',
  'node-up',
  'destination-added',
  'destination-removed',
  'settings-changed',
  'bindings-changed',
  'consumers-gone',
  'consumers-back',
  'members-changed',
  'rebalance',
  'rewound',
  'purge',
  'settle',
  'restore',
  'publish',
  'replay',
  'offset-reset',
  'connection-closed',
  'member-removed',
  'dead-letters',
  /** The console itself was not running: nothing is known of that time. */
  'console-started',
  /** From outside, by POST /events. */
  'deploy',
  'other',
])
export type EventKind = z.infer<typeof eventKindSchema>

const subjectSchema = z.object({ id: z.string(), name: z.string() })

export const eventSchema = z
  .object({
    id: z.string(),
    at,
    /** When it ended, where it lasted (broker down, rebalance). */
    until: at.optional(),
    kind: eventKindSchema,
    /** Null: of no single broker (a deploy). */
    broker: z.string().nullable(),
    destination: subjectSchema.optional(),
    group: subjectSchema.optional(),
    node: z.string().optional(),
    /** One sentence. */
    text: z.string(),
    /** Who did it, where a person or a program did. */
    actor: z.string().optional(),
    service: z.string().optional(),
    version: z.string().optional(),
    /** A page of this console, or what POST /events gave (http or https only). */
    link: z.string().optional(),
  })
  .meta({ id: 'Event' })
export type Event = z.infer<typeof eventSchema>

/** A deploy or other event from outside, drawn on the charts. */
export const eventInputSchema = z.strictObject({
  kind: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .meta({ description: 'deploy, or a word of your own (kept in the text)' }),
  service: z.string().trim().min(1).max(120),
  version: z.string().trim().min(1).max(120).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  link: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
})
export type EventInput = z.infer<typeof eventInputSchema>
