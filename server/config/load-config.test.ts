import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { kafkaOptionsSchema } from '../brokers/kafka/options.ts'
import { rabbitmqOptionsSchema } from '../brokers/rabbitmq/options.ts'
import { redisOptionsSchema } from '../brokers/redis/options.ts'
import { sandboxOptionsSchema } from '../brokers/sandbox/options.ts'
import { ConfigError, loadConfig } from './index.ts'

const optionsByKind = new Map<string, z.ZodType>([
  ['rabbitmq', rabbitmqOptionsSchema],
  ['kafka', kafkaOptionsSchema],
  ['redis', redisOptionsSchema],
  ['sandbox', sandboxOptionsSchema],
])
let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'signalbox-config-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

function load(yaml: string | null, env: Record<string, string> = {}) {
  if (yaml !== null) writeFileSync(join(cwd, 'signalbox.yaml'), yaml)
  return loadConfig({ cwd, env, optionsByKind })
}
function problemsOf(yaml: string | null, env: Record<string, string> = {}): readonly string[] {
  try {
    load(yaml, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  throw new Error('The configuration was accepted')
}

const full = `
server:
  host: 127.0.0.1
  port: 3100
  dataDir: ./state
  token: \${SIGNALBOX_TOKEN}
discover: true
brokers:
  - id: shop-rabbit
    kind: rabbitmq
    label: Shop RabbitMQ
    environment: production
    mode: read-only
    amqp: amqp://user:\${RABBIT_PASSWORD}@127.0.0.1:5672
    management: http://user:\${RABBIT_PASSWORD}@127.0.0.1:15672
    tls: { caFile: ca.pem }
  - id: shop-events
    kind: kafka
    bootstrap: [127.0.0.1:9092]
    sasl: { mechanism: scram-sha-512, username: app, passwordFile: kafka.secret }
  - id: shop-redis
    kind: redis
    url: redis://:\${REDIS_PASSWORD}@127.0.0.1:6379/0
    deadLetters: [{ stream: "orders:dead", origin: orders, cause: error, attempts: tries }]
    bodyField: payload
`
const secrets = {
  SIGNALBOX_TOKEN: 'S3cr3t-token-canary',
  RABBIT_PASSWORD: 'S3cr3t%40%2F%23',
  REDIS_PASSWORD: 'redis-canary',
}

describe('a file as the documentation shows it', () => {
  beforeEach(() => writeFileSync(join(cwd, 'kafka.secret'), 'kafka-canary\n'))

  it('is read with its defaults', () => {
    const config = load(full, secrets)
    expect(config.server.historyLimit).toBe(1_000_000_000)
    expect(config.server).toMatchObject({ port: 3100, portIsDefault: false, dataDir: join(cwd, 'state') })
    expect(config.brokers.map(({ id, label, environment, mode }) => [id, label, environment, mode])).toEqual([
      ['shop-rabbit', 'Shop RabbitMQ', 'production', 'read-only'],
      ['shop-events', 'shop-events', 'development', 'read-write'],
      ['shop-redis', 'shop-redis', 'development', 'read-write'],
    ])
    expect(config.sandbox).toBe(false)
    expect(config.brokers[1]?.options.reveal()).toMatchObject({ sasl: { password: 'kafka-canary' } })
  })

  it('shows no secret, however it is printed', () => {
    const config = load(full, secrets)
    const printed = `${JSON.stringify(config)} ${inspect(config, { depth: 20 })} ${String(config.server.token)}`
    for (const secret of [...Object.values(secrets), 'kafka-canary']) expect(printed).not.toContain(secret)
    expect(config.secrets.reveal()).toEqual(
      expect.arrayContaining([
        'S3cr3t-token-canary',
        'S3cr3t%40%2F%23',
        'S3cr3t@/#',
        'kafka-canary',
        'redis-canary',
      ]),
    )
  })
})

describe('without a file', () => {
  it('offers the sandbox and looks around', () => {
    expect(load(null)).toMatchObject({ sandbox: true, discover: true, brokers: [], file: null })
    expect(load(null).server).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      portIsDefault: true,
      token: null,
    })
  })

  it('takes scalars from the environment, before the file', () => {
    const yaml = 'server: { port: 3100 }\nsandbox: true\n'
    expect(load(yaml, { PORT: '3200' }).server).toMatchObject({ port: 3200, portIsDefault: false })
    expect(load(yaml, { PORT: '3200', SIGNALBOX_SERVER_PORT: '3300' }).server.port).toBe(3300)
    expect(load(yaml, { SIGNALBOX_SANDBOX: 'false' }).sandbox).toBe(false)
    expect(load(yaml, { SIGNALBOX_NOBODY_KNOWS: 'x' }).server.port).toBe(3100)
  })

  it('names the variable that is wrong', () => {
    expect(problemsOf(null, { PORT: 'http' })).toEqual([
      'environment variable PORT: server.port: expected number, received string',
    ])
  })
})

describe('what is wrong is told with file:line:column, path and what was expected', () => {
  it.each([
    ['server:\n  port: "3000"\n', 'signalbox.yaml:2:9: server.port: expected number, received string'],
    [
      'server:\n  prot: 3000\n',
      'signalbox.yaml:2:3: server.prot: unknown key; expected one of host, port, url',
    ],
    [
      'color: red\n',
      'signalbox.yaml:1:1: color: unknown key; expected one of server, discover, sandbox, brokers',
    ],
    ['brokers:\n  - id: A b\n    kind: sandbox\n', 'signalbox.yaml:2:9: brokers[0].id: expected 1 to 40'],
    [
      'brokers:\n  - id: a\n    kind: rabbit\n',
      'signalbox.yaml:3:11: brokers[0].kind: expected one of rabbitmq',
    ],
    [
      'brokers:\n  - kind: sandbox\n',
      'signalbox.yaml:2:5: brokers[0].id: expected string, received undefined',
    ],
    [
      'brokers:\n  - { id: a, kind: kafka, bootstrap: [nowhere] }\n',
      'signalbox.yaml:2:39: brokers[0].bootstrap[0]: expected host:port',
    ],
    [
      'brokers:\n  - id: a\n    kind: kafka\n    bootstrap: ["h:1"]\n    clientId: x\n',
      'signalbox.yaml:5:5: brokers[0].clientId: unknown key; expected one of id, kind, label',
    ],
    [
      'brokers:\n  - { id: a, kind: rabbitmq }\n',
      'signalbox.yaml:2:5: brokers[0]: expected at least one of amqp',
    ],
    [
      `server: { token: "\${NOT_SET}" }\n`,
      'server.token: expected the environment variable NOT_SET to be set',
    ],
    [
      'server: { tokenFile: nowhere }\n',
      'server.tokenFile: expected a readable file, nowhere is not (ENOENT)',
    ],
    ['server:\n\tport: 1\n', 'signalbox.yaml:2:'],
    ['server: { host: 0.0.0.0 }\n', 'server.url: expected its public address'],
    [
      'brokers:\n  - { id: a, kind: sandbox }\n  - { id: a, kind: sandbox }\n',
      'signalbox.yaml:3:11: brokers[1].id: expected an id of its own',
    ],
  ])('%j', (yaml, expected) => {
    expect(problemsOf(yaml).join('\n')).toContain(expected)
  })

  it('all at once', () => {
    expect(problemsOf('color: red\nserver: { port: x }\nbrokers: [{ id: "", kind: x }]\n')).toHaveLength(4)
  })

  it('never shows the secret that did not fit', () => {
    const problems = problemsOf(`server: { token: "\${T}" }\n`, { T: 'short canary' })
    expect(problems.join()).not.toContain('canary')
  })

  it('takes the size of the history in bytes or with a unit, and nothing smaller than it needs', () => {
    const limit = (text: string) => load(`server: { historyLimit: ${text} }`).server.historyLimit
    expect([limit('16000000'), limit('500MB'), limit('"1.5 GB"')]).toEqual([16e6, 5e8, 1.5e9])
    expect(load(null, { SIGNALBOX_SERVER_HISTORYLIMIT: '2TB' }).server.historyLimit).toBe(2e12)
    for (const text of ['15999999', '2KB', 'much', '"-1GB"'])
      expect(problemsOf(`server: { historyLimit: ${text} }`), text).toEqual([
        expect.stringContaining('expected bytes or a size like 500MB or 2GB, at least 16MB'),
      ])
  })
})
