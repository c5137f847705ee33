import { z } from 'zod'
import { matchKinds } from '../domain/match.ts'
import { abilitiesSchema } from './ability.ts'
import { environmentSchema } from './broker.ts'

/** Something a name or id led to, and whose it is. */
export const searchHitSchema = z
  .object({
    kind: z.enum(['broker', 'destination', 'group', 'replay']),
    id: z.string(),
    name: z.string(),
    namespace: z.string().optional(),
    broker: z.string(),
    brokerLabel: z.string(),
    environment: environmentSchema,
    /** The type of a destination or group, the product of a broker. */
    type: z.string().optional(),
    /** The state of a broker, a group or a run, in its own word. */
    state: z.string().optional(),
    isDeadLetter: z.boolean(),
    /** How the name fits; `exact` also where the id itself was asked for. */
    match: z.enum(matchKinds),
    /** Of a destination: whether it can be looked at, published to and replayed from. */
    abilities: abilitiesSchema.optional(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'SearchHit' })
export type SearchHit = z.infer<typeof searchHitSchema>
