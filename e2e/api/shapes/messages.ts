import {
  effect,
  filled,
  flag,
  id,
  links,
  listOf,
  object,
  oneOf,
  orNull,
  problem,
  reading,
  type Schema,
  text,
  time,
  whole,
} from './values.ts'

const base64: Schema = { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$' }
/** Byte for byte unless it was cut off; then there are no such bytes to be taken for the whole. */
const payload: Schema = {
  ...object(
    { bytes: { type: 'integer', minimum: 0 }, decoded: listOf(filled), truncated: flag },
    { base64, text, json: {} },
  ),
  oneOf: [
    { properties: { truncated: { const: false } }, required: ['base64'] },
    { properties: { truncated: { const: true } }, not: { required: ['base64'] } },
  ],
}

const scalars = [
  'string',
  'bool',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'float',
  'double',
  'decimal',
  'timestamp',
]
const typedAs = (types: Schema, value: Schema): Schema => ({
  properties: { type: types, value },
  required: ['type', 'value'],
})
const typed: Schema = {
  type: 'object',
  oneOf: [
    typedAs({ enum: scalars }, text),
    typedAs({ const: 'bytes' }, base64),
    typedAs({ const: 'null' }, { type: 'null' }),
    typedAs({ const: 'table' }, listOf({ type: 'object', required: ['name', 'type', 'value'] })),
    typedAs({ const: 'list' }, listOf({ type: 'object', required: ['type', 'value'] })),
  ],
}
const header: Schema = { ...typed, required: ['name', 'type', 'value'] }

const failure = object(
  {
    origin: object(
      {},
      { destination: filled, exchange: text, routingKey: text, partition: whole, offset: filled },
    ),
    reason: oneOf(
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
    ),
    evidence: listOf(object({ field: filled, header: filled, rule: filled })),
  },
  { errorClass: filled, message: text, stack: text, attempts: whole, firstAt: time, lastAt: time },
)

export const message = object(
  {
    id,
    position: filled,
    key: orNull(payload),
    headers: listOf(header),
    properties: { type: 'object' },
    timestamp: orNull(time),
    size: { type: 'integer', minimum: 0 },
    body: orNull(payload),
  },
  { deadLetter: failure, replayed: object({ run: filled, row: whole, state: filled, at: time }), links },
)

export const scanned = object({
  messages: { type: 'integer', minimum: 0 },
  bytes: { type: 'integer', minimum: 0 },
  ranges: listOf(object({ from: filled, to: filled }, { partition: whole })),
  stoppedBy: filled,
})

export const messages = object(
  { items: listOf(message), nextCursor: orNull(filled), effects: listOf(effect), scanned },
  { problems: listOf(problem) },
)
export const published = object({ routed: { const: true }, detail: filled }, { position: filled })

const counts = object({
  total: whole,
  pending: whole,
  sent: whole,
  done: whole,
  failed: whole,
  uncertain: whole,
  skipped: whole,
})
export const replay = object(
  {
    id,
    state: oneOf(
      'planning',
      'planned',
      'running',
      'paused',
      'cancelling',
      'cancelled',
      'completed',
      'failed',
    ),
    counts,
    broker: filled,
    source: object({ id, name: filled }),
    rate: orNull({ type: 'number' }),
    dryRun: flag,
    effects: listOf(effect),
    links,
  },
  {
    outcome: object({
      targets: listOf(object({ name: filled, depth: reading, consumers: reading })),
      arrivedSince: reading,
    }),
  },
)
const states = oneOf('pending', 'sent', 'done', 'failed', 'uncertain', 'skipped')
export const replayItem = object({ row: whole, replayId: filled, messageId: id, state: states })

export const hello = object({ server: filled, at: time, resumed: flag })
export const sample = object({
  broker: filled,
  at: time,
  destinations: listOf(object({ id, state: filled, readings: { type: 'object' } })),
  groups: listOf(object({ id, state: filled, total: reading })),
})
