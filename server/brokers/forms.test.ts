import { describe, expect, it } from 'vitest'
import type { BrokerKind } from '../../lib/schemas/broker.ts'
import { type FormValues, formFieldSchema } from '../../lib/schemas/broker-form.ts'
import { checkValues, FormError, keepSecrets, publicValues } from './contract/index.ts'
import { driverOf, drivers } from './registry.ts'

const formOf = (kind: BrokerKind) => {
  const { form, options } = driverOf(kind)
  if (!form) throw new Error(`${kind} has no form`)
  return { ...form, schema: options }
}

function optionsOf(kind: BrokerKind, values: FormValues): unknown {
  const form = formOf(kind)
  return form.schema.parse(form.toOptions(checkValues(form.fields, values)))
}

function issuesOf(kind: BrokerKind, values: FormValues) {
  try {
    optionsOf(kind, values)
  } catch (error) {
    if (error instanceof FormError) return error.issues
    throw error
  }
  throw new Error('accepted')
}

/** Options as a person writes them, and the values the form shows of them. */
const pairs: readonly [BrokerKind, unknown, FormValues][] = [
  [
    'rabbitmq',
    { amqp: 'amqp://ann:p%40ss%2Fw@10.0.0.1:5672', management: 'http://ann:p%40ss%2Fw@10.0.0.1:15672' },
    { amqp: '10.0.0.1:5672', management: '10.0.0.1:15672', username: 'ann', password: 'p@ss/w', tls: false },
  ],
  [
    'rabbitmq',
    {
      amqp: 'amqps://ann:x@rabbit:5671/shop%2Feu',
      management: 'https://admin:y@rabbit/rabbit-api',
      prometheus: 'http://rabbit:15692',
      tls: { caFile: 'ca.pem', certFile: 'me.pem', keyFile: 'me.key' },
    },
    {
      amqp: 'rabbit:5671',
      management: 'https://rabbit/rabbit-api',
      prometheus: 'http://rabbit:15692',
      vhost: 'shop/eu',
      username: 'ann',
      password: 'x',
      managementUsername: 'admin',
      managementPassword: 'y',
      tls: true,
      caFile: 'ca.pem',
      certFile: 'me.pem',
      keyFile: 'me.key',
    },
  ],
  ['rabbitmq', { management: 'http://[::1]:15672' }, { management: '[::1]:15672', tls: false }],
  [
    'kafka',
    { bootstrap: ['a:9092', '[::1]:9093'] },
    { bootstrap: ['a:9092', '[::1]:9093'], tls: false, mechanism: 'none' },
  ],
  [
    'kafka',
    {
      bootstrap: ['a:9092'],
      tls: true,
      sasl: { mechanism: 'scram-sha-512', username: 'ann', password: ' spaced ' },
    },
    { bootstrap: ['a:9092'], tls: true, mechanism: 'scram-sha-512', username: 'ann', password: ' spaced ' },
  ],
  [
    'redis',
    { url: 'rediss://redis:6379/3', username: 'ann', password: 'p@ss', bodyField: 'payload' },
    {
      layout: 'single',
      url: 'redis:6379',
      database: '3',
      username: 'ann',
      password: 'p@ss',
      tls: true,
      bodyField: 'payload',
    },
  ],
  [
    'redis',
    {
      cluster: ['a:7000', 'b:7001'],
      tls: { caFile: 'ca.pem' },
      deadLetters: [
        { stream: 'orders:dead', origin: 'orders', cause: 'error', attempts: 'tries' },
        { stream: 'x', origin: 'y', attempts: 'tries' },
        { stream: 'x2', origin: 'y2' },
      ],
    },
    {
      layout: 'cluster',
      cluster: ['a:7000', 'b:7001'],
      tls: true,
      caFile: 'ca.pem',
      deadLetters: ['orders:dead, orders, error, tries', 'x, y, , tries', 'x2, y2'],
    },
  ],
]

describe('options and forms', () => {
  it.each(pairs)('%s: %j and back', (kind, options, values) => {
    const form = formOf(kind)
    expect(form.toValues(form.schema.parse(options))).toEqual(values)
    expect(optionsOf(kind, values)).toEqual(options)
  })

  it.each(['rabbitmq', 'kafka', 'redis'] as const)(
    '%s: fields are whole, secret ones are passwords',
    (kind) => {
      const { fields } = formOf(kind)
      for (const one of fields) {
        expect(formFieldSchema.parse(one)).toEqual(one)
        expect(one.secret, one.name).toBe(one.control === 'password')
        if (one.when) expect(fields.map(({ name }) => name)).toContain(one.when.field)
      }
      expect(fields.some(({ target }) => target)).toBe(true)
      expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length)
    },
  )

  it('the sandbox has none', () => {
    expect(drivers.sandbox.form).toBeUndefined()
  })
})

describe('what a person types', () => {
  it.each<[BrokerKind, FormValues, unknown]>([
    ['rabbitmq', { amqp: ' rabbit ' }, { amqp: 'amqp://rabbit:5672' }],
    ['rabbitmq', { amqp: 'rabbit', tls: true }, { amqp: 'amqps://rabbit:5671' }],
    ['rabbitmq', { management: 'http://rabbit' }, { management: 'http://rabbit' }],
    ['rabbitmq', { management: 'rabbit:80' }, { management: 'http://rabbit' }],
    ['rabbitmq', { amqp: 'rabbit', username: 'ann' }, { amqp: 'amqp://ann:@rabbit:5672' }],
    ['kafka', { bootstrap: ['a', '', ' SASL_SSL://b:1 '] }, { bootstrap: ['a:9092', 'b:1'] }],
    // What is hidden does not count.
    [
      'kafka',
      { bootstrap: ['a'], mechanism: 'none', username: 'x', password: 'y' },
      { bootstrap: ['a:9092'] },
    ],
    ['redis', { layout: 'single', url: 'redis://r/2' }, { url: 'redis://r:6379/2' }],
    ['redis', { layout: 'single', url: 'r', caFile: '/nowhere' }, { url: 'redis://r:6379' }],
  ])('%s %j', (kind, values, options) => {
    expect(optionsOf(kind, values)).toEqual(options)
  })

  it.each<[BrokerKind, FormValues, string]>([
    ['rabbitmq', {}, 'amqp'],
    ['rabbitmq', { amqp: 'amqp://ann:hunter2@rabbit' }, 'amqp'],
    ['rabbitmq', { management: 'ftp://rabbit' }, 'management'],
    ['rabbitmq', { management: 'rabbit', vhost: 'shop' }, 'vhost'],
    ['rabbitmq', { amqp: 'rabbit/shop', vhost: 'shop' }, 'vhost'],
    ['rabbitmq', { amqp: 'rabbit', tls: true, certFile: 'me.pem' }, 'keyFile'],
    ['rabbitmq', { amqp: 'rabbit', nonsense: 'x' }, 'nonsense'],
    ['rabbitmq', { amqp: 'a\nb' }, 'amqp'],
    ['rabbitmq', { amqp: 'rabbit', tls: 'true' }, 'tls'],
    ['kafka', {}, 'bootstrap'],
    ['kafka', { bootstrap: 'a:9092' }, 'bootstrap'],
    ['kafka', { bootstrap: ['ann:hunter2@a:9092'] }, 'bootstrap'],
    ['kafka', { bootstrap: ['a'], mechanism: 'gssapi' }, 'mechanism'],
    ['kafka', { bootstrap: ['a'], mechanism: 'plain', username: 'ann' }, 'password'],
    ['redis', { url: 'r' }, 'layout'],
    ['redis', { layout: 'single' }, 'url'],
    ['redis', { layout: 'single', url: 'redis://:hunter2@r' }, 'url'],
    ['redis', { layout: 'single', url: 'r', database: 'one' }, 'database'],
    ['redis', { layout: 'cluster', cluster: ['r'], deadLetters: ['only'] }, 'deadLetters'],
  ])('%s %j is refused at %s', (kind, values, field) => {
    const issues = issuesOf(kind, values)
    expect(issues.map((issue) => issue.field)).toContain(field)
    expect(JSON.stringify(issues)).not.toContain('hunter2')
  })
})

describe('secrets', () => {
  const { fields } = formOf('rabbitmq')
  const stored = { amqp: 'rabbit:5672', username: 'ann', password: 'stored', tls: false }

  it('are never shown, only that they are set', () => {
    expect(publicValues(fields, stored)).toEqual({
      values: { amqp: 'rabbit:5672', username: 'ann', tls: false },
      secrets: ['password'],
    })
  })

  it('left blank stay, given are taken, null takes them away', () => {
    expect(keepSecrets(fields, { amqp: 'rabbit:5672', password: '' }, stored)).toMatchObject({
      password: 'stored',
    })
    expect(keepSecrets(fields, { amqp: ' rabbit:5672 ', username: 'bob' }, stored)).toMatchObject({
      password: 'stored',
    })
    expect(keepSecrets(fields, { amqp: 'evil:1', password: 'new' }, stored)).toMatchObject({
      password: 'new',
    })
    expect(keepSecrets(fields, { amqp: 'evil:1', password: null }, stored)).toMatchObject({ password: null })
  })

  it.each<FormValues>([
    { amqp: 'evil:5672' },
    { amqp: 'rabbit:5672', management: 'evil:15672' },
    { amqp: 'rabbit:5672', tls: true },
    {},
  ])('do not follow to another place: %j', (given) => {
    expect(() => keepSecrets(fields, given, stored)).toThrow(/password: .*type this again/)
  })
})
