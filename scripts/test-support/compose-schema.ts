/**
 * The part of the compose file format (compose-spec, 2024) that compose.yml uses, as JSON schema.
 * Strict: a key that is not listed here is an error, so that a typing mistake cannot hide.
 */
const text = { type: 'string', minLength: 1 }
const words = { type: 'array', items: { type: 'string' }, minItems: 1 }
const duration = { type: 'string', pattern: '^([0-9]+(us|ms|s|m|h))+$' }
const named = { type: ['object', 'null'], additionalProperties: false, properties: { name: text } }

const healthcheck = {
  type: 'object',
  additionalProperties: false,
  required: ['test'],
  properties: {
    test: words,
    interval: duration,
    timeout: duration,
    start_period: duration,
    retries: { type: 'integer', minimum: 1 },
  },
}

const configUse = {
  type: 'object',
  additionalProperties: false,
  required: ['source', 'target'],
  properties: { source: text, target: { type: 'string', pattern: '^/' } },
}

const service = {
  type: 'object',
  additionalProperties: false,
  required: ['image'],
  properties: {
    image: { type: 'string', pattern: '^[a-z0-9./-]+:[A-Za-z0-9._-]+$' },
    hostname: text,
    command: words,
    profiles: words,
    // Loopback only: a development broker without a password must not be seen from the network.
    ports: {
      type: 'array',
      uniqueItems: true,
      items: { type: 'string', pattern: '^127\\.0\\.0\\.1:[0-9]{2,5}:[0-9]{2,5}$' },
    },
    environment: { type: 'object', additionalProperties: { type: 'string' } },
    configs: { type: 'array', items: configUse },
    volumes: { type: 'array', items: { type: 'string', pattern: '^[a-z-]+:/[^:]*$' } },
    healthcheck,
  },
}

export const composeSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['services'],
  properties: {
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' },
    services: { type: 'object', propertyNames: { pattern: '^[a-z-]+$' }, additionalProperties: service },
    configs: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['content'],
        properties: { content: text },
      },
    },
    volumes: { type: 'object', additionalProperties: named },
  },
}
