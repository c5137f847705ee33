import { z } from 'zod'

/**
 * `shop` is the company with its order flow. The others are for looking at the console itself: `empty` has
 * nothing, `many` has 10,000 queues beside the shop, `partial` cannot read one topic, `forbidden` may read
 * nothing, `slow` takes 1.5 s an answer, `silent` never answers, `down` cannot be reached.
 */
export const scenarioSchema = z.enum([
  'shop',
  'empty',
  'many',
  'partial',
  'forbidden',
  'slow',
  'silent',
  'down',
])
export type Scenario = z.infer<typeof scenarioSchema>

export const sandboxOptionsSchema = z.strictObject({
  /** The same seed and clock give the same broker, message for message. */
  seed: z.number().int().min(0).max(0xffffffff).optional(),
  scenario: scenarioSchema.optional(),
})
export type SandboxOptions = z.infer<typeof sandboxOptionsSchema>
