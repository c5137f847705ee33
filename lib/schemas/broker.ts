import { z } from 'zod'
import { abilitiesSchema } from './ability.ts'
import { problemSchema } from './problem.ts'
import { readingsSchema } from './reading.ts'

/** A driver's name for its kind, as in the configuration. Which there are stands in the registry of drivers alone. */
export const brokerKindSchema = z.string().regex(/^[a-z][a-z0-9-]*$/)
export type BrokerKind = z.infer<typeof brokerKindSchema>
export const environmentSchema = z.enum(['production', 'staging', 'development', 'unknown'])
export type Environment = z.infer<typeof environmentSchema>
export const modeSchema = z.enum(['read-only', 'read-write'])
export type Mode = z.infer<typeof modeSchema>
export const brokerStateSchema = z.enum(['up', 'degraded', 'down', 'connecting', 'found'])
export type BrokerState = z.infer<typeof brokerStateSchema>

export const brokerSchema = z
  .object({
    id: z.string(),
    kind: brokerKindSchema,
    /** The product, as people call it. */
    product: z.string(),
    label: z.string(),
    environment: environmentSchema,
    mode: modeSchema,
    /** `found` is a discovered broker nobody has connected yet. */
    state: brokerStateSchema,
    /** Why the state is not `up`, in words, with the broker's own. */
    reason: z.string().optional(),
    since: z.iso.datetime({ precision: 3 }),
    version: z.string().nullable(),
    identity: z.string().nullable(),
    abilities: abilitiesSchema,
    readings: readingsSchema,
    discovered: z.boolean(),
    address: z.string(),
    health: z.array(problemSchema),
    /** Publishing is blocked, or writes are refused, by the broker itself: why, in a sentence. */
    blocked: z.string().optional(),
    /** How often it is read, and what that takes. `wantedMs` is less where reading takes too much of the broker's time. */
    sampling: z.object({ intervalMs: z.number(), wantedMs: z.number(), tookMs: z.number() }).optional(),
    sampledAt: z.iso.datetime({ precision: 3 }).nullable(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Broker' })
export type Broker = z.infer<typeof brokerSchema>
