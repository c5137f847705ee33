import {
  filled,
  flag,
  id,
  listOf,
  object,
  oneOf,
  orNull,
  problem,
  reading,
  readings,
  text,
  time,
  whole,
} from './values.ts'

export const node = object(
  { id: filled, name: filled, state: filled, readings, problems: listOf(problem) },
  { role: filled, version: filled, startedAt: time },
)

export const connection = object(
  {
    id: filled,
    client: text,
    state: { type: 'string', pattern: '^[^A-Z]+$' },
    readings,
    consumers: listOf(
      object(
        { tag: text, destination: object({ name: filled }, { id, namespace: text }) },
        { group: filled, prefetch: orNull(whole), unacked: reading, oldestUnacked: reading, idle: reading },
      ),
    ),
    isOwn: flag,
  },
  {
    user: text,
    host: filled,
    tls: flag,
    protocol: filled,
    library: filled,
    since: time,
    closeEffect: filled,
  },
)
export const act = object({ done: whole, detail: filled })
export const removal = object({ effect: filled })
export const countedLag = object({ count: whole, isWhole: flag })

const position = { type: 'string', pattern: '^[0-9]+(-[0-9]+)?$' }
const step = { destination: filled, partition: whole, old: orNull(position), next: position }
export const offsetPlan = object({
  rows: listOf(
    object(
      { ...step, start: orNull(position), end: orNull(position), skipped: reading, again: reading },
      { note: filled },
    ),
  ),
  skipped: reading,
  again: reading,
  members: listOf(object({ id: text }, { client: text, host: text })),
  sentence: filled,
  problems: listOf(problem),
})
export const offsetReset = object({
  id,
  broker: filled,
  group: object({ id, name: filled }),
  state: oneOf('armed', 'applied', 'cancelled', 'expired', 'moved', 'failed'),
  rows: listOf(object(step)),
  createdBy: filled,
  createdAt: time,
  expiresAt: orNull(time),
  finishedAt: orNull(time),
  detail: filled,
})
