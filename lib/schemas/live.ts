import { z } from 'zod'
import { brokerSchema } from './broker.ts'
import { eventSchema } from './event.ts'
import { offsetResetSchema } from './offset.ts'
import { problemSchema } from './problem.ts'
import { readingSchema, readingsSchema } from './reading.ts'
import { replaySchema } from './replay.ts'

const at = z.iso.datetime({ precision: 3 })

/** First on every stream. `resumed` false: events may have been missed, read the lists again. */
export const liveHelloSchema = z
  .object({ server: z.string(), at, resumed: z.boolean() })
  .meta({ id: 'LiveHello' })
export type LiveHello = z.infer<typeof liveHelloSchema>

/** What changed at one broker since the sample before; rows that did not change are left out. */
export const liveSampleSchema = z
  .object({
    broker: z.string(),
    at,
    destinations: z.array(
      z.object({
        id: z.string(),
        state: z.string(),
        readings: readingsSchema,
        problems: z.array(problemSchema).optional(),
      }),
    ),
    groups: z.array(z.object({ id: z.string(), state: z.string(), total: readingSchema })),
    /** Destinations came or went: the list should be read again. */
    structureChanged: z.boolean(),
  })
  .meta({ id: 'LiveSample' })
export type LiveSample = z.infer<typeof liveSampleSchema>

/** A broker was taken out of the console. */
export const liveGoneSchema = z.object({ broker: z.string() }).meta({ id: 'LiveGone' })
export type LiveGone = z.infer<typeof liveGoneSchema>

/** The events of the live stream, by SSE event name. */
export const liveEventSchema = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('hello'), data: liveHelloSchema }),
    z.object({ event: z.literal('broker'), data: brokerSchema }),
    z.object({ event: z.literal('gone'), data: liveGoneSchema }),
    z.object({ event: z.literal('sample'), data: liveSampleSchema }),
    z.object({ event: z.literal('replay'), data: replaySchema }),
    z.object({ event: z.literal('event'), data: eventSchema }),
    z.object({ event: z.literal('reset'), data: offsetResetSchema }),
  ])
  .meta({ id: 'LiveEvent' })
export type LiveEvent = z.infer<typeof liveEventSchema>
