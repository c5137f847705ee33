import { filled, id, listOf, object, oneOf, orNull, time, whole } from './values.ts'

const value = orNull({ type: 'number' })
const stretch = { type: 'array', prefixItems: [whole, whole], minItems: 2, maxItems: 2 }

export const series = object(
  {
    broker: filled,
    metric: filled,
    unit: orNull(filled),
    quality: orNull(oneOf('exact', 'approximate', 'estimated')),
    from: time,
    to: time,
    stepMs: whole,
    tier: oneOf('raw', 'minute', 'hour'),
    points: listOf({ type: 'array', prefixItems: [whole, value], minItems: 2, maxItems: 2 }),
    low: listOf(value),
    high: listOf(value),
    estimated: listOf(stretch),
    breaks: listOf(whole),
    since: orNull(time),
  },
  { destination: id, group: id, node: filled },
)

const subject = object({ id, name: filled })
export const event = object(
  { id, at: time, kind: filled, broker: orNull(filled), text: filled },
  {
    until: time,
    destination: subject,
    group: subject,
    node: filled,
    actor: filled,
    service: filled,
    link: filled,
  },
)
