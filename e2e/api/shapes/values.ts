/** JSON schemas written from the documentation of the API, by hand: what it promises, and room for more. */
export type Schema = Readonly<Record<string, unknown>>

export const text: Schema = { type: 'string' }
export const filled: Schema = { type: 'string', minLength: 1 }
export const whole: Schema = { type: 'integer' }
export const flag: Schema = { type: 'boolean' }
/** ISO 8601 UTC with milliseconds. */
export const time: Schema = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
}
/** Opaque and URL-safe. */
export const id: Schema = { type: 'string', pattern: '^[A-Za-z0-9._~-]+$' }
export const oneOf = (...values: readonly string[]): Schema => ({ enum: values })
export const listOf = (items: Schema): Schema => ({ type: 'array', items })
export const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values })
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })

/** Everything in `required` must be there; `optional` may be; anything else may be too. */
export function object(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } }
}
/** Exactly these, and nothing else. */
export function exactly(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return { ...object(required, optional), additionalProperties: false }
}

const okReading = object(
  {
    state: { const: 'ok' },
    value: { type: 'number' },
    unit: filled,
    at: time,
    quality: oneOf('exact', 'approximate', 'estimated'),
  },
  { detail: { type: 'object' } },
)
export const reading: Schema = {
  oneOf: [
    okReading,
    { ...object({ state: { const: 'unsupported' }, reason: filled }), not: { required: ['value'] } },
    {
      ...object({ state: { const: 'unavailable' }, reason: filled, at: time }, { last: okReading }),
      not: { required: ['value'] },
    },
  ],
}
export const readings = mapOf(reading)

export const effect = object({
  code: oneOf('none', 'sets-redelivered', 'counts-delivery', 'hides', 'moves-to-tail', 'may-expire'),
  detail: text,
})
/** Less than full says why. */
const ability: Schema = {
  ...object(
    { level: oneOf('full', 'partial', 'none') },
    { reason: filled, limits: { type: 'object' }, effects: listOf(effect) },
  ),
  anyOf: [{ properties: { level: { const: 'full' } } }, { required: ['reason'] }],
}
export const abilities = mapOf(ability)
export const problem = object({ scope: text, code: filled, message: filled })
export const links = mapOf({ type: 'string', pattern: '^/api/v1/' })

export const page = (item: Schema): Schema =>
  object({ items: listOf(item), nextCursor: orNull(filled) }, { total: whole, problems: listOf(problem) })

const codes = [
  'bad_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'throttled',
  'unsupported',
  'broker_auth_failed',
  'broker_unreachable',
  'timeout',
  'internal',
]
export const error = object({
  error: exactly({ code: oneOf(...codes), message: filled, requestId: filled }, { detail: {} }),
})
