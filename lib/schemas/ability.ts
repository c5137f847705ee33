import { z } from 'zod'

export const facetSchema = z.enum([
  'browse',
  'tail',
  'publish',
  'claim',
  'requeue',
  'purge',
  'manage',
  'groups',
  'offsets',
  'connections',
  'nodes',
  /** Taking a member out of a group. */
  'members',
  /** Handing pending entries to another consumer. */
  'pending',
  'deadLetters',
  'topology',
  'doctor',
  'sandbox',
])
export type Facet = z.infer<typeof facetSchema>

export const effectSchema = z
  .object({
    code: z.enum(['none', 'sets-redelivered', 'counts-delivery', 'hides', 'moves-to-tail', 'may-expire']),
    detail: z.string(),
  })
  .meta({ id: 'Effect' })
export type Effect = z.infer<typeof effectSchema>

/** What can be done here: `partial` and `none` carry the reason in words; `browse` and `claim` their effects. */
export const abilitySchema = z
  .object({
    level: z.enum(['full', 'partial', 'none']),
    reason: z.string().optional(),
    limits: z.record(z.string(), z.unknown()).optional(),
    effects: z.array(effectSchema).optional(),
  })
  .meta({ id: 'Ability' })
export type Ability = z.infer<typeof abilitySchema>
export const abilitiesSchema = z.partialRecord(facetSchema, abilitySchema)
export type Abilities = z.infer<typeof abilitiesSchema>
