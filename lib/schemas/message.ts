import { z } from 'zod'
import { effectSchema } from './ability.ts'
import { headerSchema } from './header.ts'
import { problemSchema } from './problem.ts'

/**
 * Bytes for reading. `base64` is what lies on the broker, byte for byte (absent when `truncated`);
 * `text` and `json` are views, named in `decoded` from the outside in. Integers beyond 2^53 stand as
 * strings in `json`, and exactly as written in `text`.
 */
export const payloadSchema = z
  .object({
    bytes: z.number().int(),
    base64: z.string().optional(),
    text: z.string().optional(),
    json: z.unknown().optional(),
    hex: z.string().optional(),
    decoded: z.array(z.string()),
    truncated: z.boolean(),
    /** Why a view stopped early (decompression limit, depth, not UTF-8 …). */
    note: z.string().optional(),
  })
  .meta({ id: 'Payload' })
export type Payload = z.infer<typeof payloadSchema>

export const failureReasonSchema = z.enum([
  'exception',
  'rejected',
  'expired',
  'maxlen',
  'delivery_limit',
  'no_consumer',
  'deserialization',
  'too_large',
  'unroutable',
  'unknown',
])
export type FailureReason = z.infer<typeof failureReasonSchema>

/** What is not known is absent. `errorClass` and `message` are the root cause's. */
export const failureSchema = z
  .object({
    origin: z.object({
      destination: z.string().optional(),
      exchange: z.string().optional(),
      routingKey: z.string().optional(),
      partition: z.number().int().optional(),
      offset: z.string().optional(),
    }),
    reason: failureReasonSchema,
    errorClass: z.string().optional(),
    message: z.string().optional(),
    stack: z.string().optional(),
    attempts: z.number().int().optional(),
    firstAt: z.iso.datetime({ precision: 3 }).optional(),
    lastAt: z.iso.datetime({ precision: 3 }).optional(),
    consumer: z.string().optional(),
    /** The reader that matched: rabbitmq, spring-amqp, spring-kafka, kafka-connect … generic. */
    reader: z.string(),
    evidence: z.array(z.object({ field: z.string(), header: z.string(), rule: z.string() })),
  })
  .meta({ id: 'Failure' })
export type Failure = z.infer<typeof failureSchema>

/** Where a replayed message stands in its ledger. */
export const replayedSchema = z.object({
  run: z.string(),
  row: z.number().int(),
  state: z.string(),
  at: z.iso.datetime({ precision: 3 }),
})

export const messageSchema = z
  .object({
    id: z.string(),
    position: z.string(),
    key: payloadSchema.nullable(),
    headers: z.array(headerSchema),
    properties: z.record(z.string(), z.unknown()),
    timestamp: z.iso.datetime({ precision: 3 }).nullable(),
    size: z.number().int(),
    body: payloadSchema.nullable(),
    deadLetter: failureSchema.optional(),
    replayed: replayedSchema.optional(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Message' })
export type Message = z.infer<typeof messageSchema>

export const scannedSchema = z
  .object({
    messages: z.number().int(),
    bytes: z.number().int(),
    ranges: z.array(z.object({ partition: z.number().int().optional(), from: z.string(), to: z.string() })),
    stoppedBy: z.enum(['end', 'limit', 'bytes', 'time', 'budget', 'cancelled', 'error']),
  })
  .meta({ id: 'Scanned' })
export type Scanned = z.infer<typeof scannedSchema>

export const messagePageSchema = z
  .object({
    items: z.array(messageSchema),
    nextCursor: z.string().nullable(),
    effects: z.array(effectSchema),
    scanned: scannedSchema,
    problems: z.array(problemSchema).optional(),
  })
  .meta({ id: 'MessagePage' })
export type MessagePage = z.infer<typeof messagePageSchema>

/** Exactly one of text, base64, json; `null` is a tombstone where the broker has one. */
export const payloadInputSchema = z
  .union([
    z.strictObject({ text: z.string() }),
    z.strictObject({ base64: z.base64() }),
    z.strictObject({ json: z.unknown() }),
  ])
  .nullable()
export type PayloadInput = z.infer<typeof payloadInputSchema>

export const publishInputSchema = z
  .strictObject({
    key: payloadInputSchema.optional(),
    body: payloadInputSchema,
    headers: z.array(headerSchema).max(1000).optional(),
    properties: z.record(z.string(), z.unknown()).optional(),
    routingKey: z.string().max(255).optional(),
    partition: z.number().int().min(0).optional(),
    timestamp: z.iso.datetime({ offset: true }).optional(),
  })
  .meta({ id: 'PublishInput' })
export type PublishInput = z.infer<typeof publishInputSchema>

export const publishResultSchema = z
  .object({ routed: z.literal(true), position: z.string().optional(), detail: z.string() })
  .meta({ id: 'PublishResult' })
export type PublishResult = z.infer<typeof publishResultSchema>

export const settleInputSchema = z
  .strictObject({
    ids: z.array(z.string()).min(1).max(1000),
    action: z.enum(['delete', 'park', 'acknowledge']),
    /** The destination's name, typed by the person. */
    confirm: z.string(),
    /** For `park`: where to; default `<name>.parked`. */
    target: z.string().optional(),
    /** For `acknowledge`: the consumer group whose pending entry is meant. */
    group: z.string().optional(),
  })
  .meta({ id: 'SettleInput' })
export type SettleInput = z.infer<typeof settleInputSchema>
