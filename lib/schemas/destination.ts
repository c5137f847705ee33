import { z } from 'zod'
import { abilitiesSchema } from './ability.ts'
import { verdictSchema } from './need.ts'
import { pageOf, problemSchema } from './problem.ts'
import { readingSchema, readingsSchema } from './reading.ts'

export const destinationTypeSchema = z.enum([
  'queue',
  'stream',
  'topic',
  'exchange',
  'list',
  'channel',
  'subject',
  'subscription',
  'socket',
])
export type DestinationType = z.infer<typeof destinationTypeSchema>

export const evidenceSchema = z
  .object({
    /** What was looked at, in order of trust. */
    rule: z.enum(['topology', 'configured', 'headers', 'name', 'usage']),
    detail: z.string(),
  })
  .meta({ id: 'Evidence' })
export type Evidence = z.infer<typeof evidenceSchema>

export const originSchema = z.object({
  id: z.string().optional(),
  name: z.string(),
  namespace: z.string().optional(),
  /** How the messages get from there to here: "dead-letter-exchange dlx, key orders", "header x-death" … */
  via: z.string(),
})

export const deadLetterInfoSchema = z
  .object({
    isDeadLetter: z.boolean(),
    role: z.enum(['dead-letter', 'retry', 'parking']).optional(),
    evidence: z.array(evidenceSchema),
    /** Where this destination's own rejects go. */
    target: z
      .object({
        id: z.string().optional(),
        name: z.string(),
        namespace: z.string().optional(),
        via: z.string(),
      })
      .optional(),
    /** Which destinations send their rejects here. */
    origins: z.array(originSchema),
  })
  .meta({ id: 'DeadLetterInfo' })
export type DeadLetterInfo = z.infer<typeof deadLetterInfoSchema>

export const destinationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    namespace: z.string().optional(),
    type: destinationTypeSchema,
    variant: z.string().optional(),
    state: z.string(),
    internal: z.boolean(),
    readings: readingsSchema,
    deadLetter: deadLetterInfoSchema,
    /** What is judged of it, of one asked for by its id; absent where nothing reads from it (an exchange, a log). */
    verdict: verdictSchema.optional(),
    abilities: abilitiesSchema,
    problems: z.array(problemSchema).optional(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Destination' })
export type Destination = z.infer<typeof destinationSchema>

/** On a first page, `counts` says how many rows of the broker there are: all, of each type, dead-letters, attention. */
export const destinationPageSchema = pageOf(destinationSchema).extend({
  counts: z.record(z.string(), z.number().int()).optional(),
})

export const settingSchema = z
  .object({
    name: z.string(),
    value: z.string().nullable(),
    /** argument, policy, operator policy, topic, broker default … */
    source: z.string(),
    isDefault: z.boolean().optional(),
  })
  .meta({ id: 'Setting' })
export type Setting = z.infer<typeof settingSchema>

export const bindingSchema = z
  .object({
    source: z.string(),
    destination: z.string(),
    destinationType: z.string(),
    routingKey: z.string(),
    arguments: z.record(z.string(), z.unknown()).optional(),
    sourceId: z.string().optional(),
    destinationId: z.string().optional(),
  })
  .meta({ id: 'Binding' })
export type Binding = z.infer<typeof bindingSchema>

export const partitionSchema = z
  .object({
    partition: z.number().int(),
    leader: z.string().nullable(),
    replicas: z.array(z.string()),
    inSync: z.array(z.string()),
    start: z.string().nullable(),
    end: z.string().nullable(),
    bytes: readingSchema,
    problem: problemSchema.optional(),
  })
  .meta({ id: 'Partition' })
export type Partition = z.infer<typeof partitionSchema>

export const consumerSchema = z
  .object({
    id: z.string(),
    name: z.string().optional(),
    group: z.string().optional(),
    host: z.string().optional(),
    client: z.string().optional(),
    user: z.string().optional(),
    prefetch: z.number().int().nullable().optional(),
    pending: readingSchema.optional(),
    idleMs: readingSchema.optional(),
    active: z.boolean().optional(),
  })
  .meta({ id: 'Consumer' })
export type Consumer = z.infer<typeof consumerSchema>

export const destinationDetailSchema = destinationSchema
  .extend({
    settings: z.array(settingSchema),
    bindings: z.array(bindingSchema).optional(),
    partitions: z.array(partitionSchema).optional(),
    consumers: z.array(consumerSchema).optional(),
  })
  .meta({ id: 'DestinationDetail' })
export type DestinationDetail = z.infer<typeof destinationDetailSchema>
