import { z } from 'zod'

/**
 * `shop` is the company with its order flow, `busy` the same with more that goes wrong at once, `blocked` the same
 * without memory left until somebody purges the queue that took it. The others are for looking at the console itself: `empty` has
 * nothing, `many` has 10,000 queues beside the shop, `hostile` has names and messages that attack the page,
 * `partial` cannot read one topic, `forbidden` may read nothing, `failed` answers every call with an error of
 * its own, `slow` takes 1.5 s an answer, `silent` never answers, `stale` answers for 6 s and then no more, `down`
 * cannot be reached.
 */
export const scenarioSchema = z.enum([
  'shop',
  'busy',
  'blocked',
  'empty',
  'many',
  'hostile',
  'partial',
  'forbidden',
  'failed',
  'slow',
  'silent',
  'stale',
  'down',
])
export type Scenario = z.infer<typeof scenarioSchema>

export const sandboxOptionsSchema = z.strictObject({
  /** The same seed and clock give the same broker, message for message. */
  seed: z.number().int().min(0).max(0xffffffff).optional(),
  scenario: scenarioSchema.optional(),
  /** How many queues `many` has: 10,000 if left out. */
  queues: z.number().int().min(0).max(100_000).optional(),
  /** `still`: nothing is written or read but by people, so that a number is the same wherever it is shown. */
  traffic: z.enum(['live', 'still']).optional(),
})
export type SandboxOptions = z.infer<typeof sandboxOptionsSchema>
