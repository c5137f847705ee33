import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BrokerKind } from '../../lib/schemas/broker.ts'
import { driverOf, drivers, optionsByKind } from '../brokers/registry.ts'
import { loadConfig } from '../config/index.ts'
import { writeYaml } from './broker-yaml.ts'

const base = { id: 'shop-1', label: 'Shop: "eu"', environment: 'production', mode: 'read-only' } as const

it.each<[BrokerKind, unknown, Record<string, string>]>([
  [
    'rabbitmq',
    { amqp: 'amqp://ann:s3cr3t@rabbit:5672/shop', management: 'http://adm:other@rabbit:15672' },
    { SHOP_1_PASSWORD: 's3cr3t', SHOP_1_MANAGEMENT_PASSWORD: 'other' },
  ],
  [
    'kafka',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a user may be called so
    { bootstrap: ['a:9092'], sasl: { mechanism: 'plain', username: 'a${b}', password: 's3cr3t' } },
    { SHOP_1_PASSWORD: 's3cr3t' },
  ],
  [
    'redis',
    { url: 'redis://r:6379/2', password: 's3cr3t', tls: { caFile: 'ca.pem' } },
    { SHOP_1_PASSWORD: 's3cr3t' },
  ],
  ['redis', { cluster: ['r:6379'] }, {}],
])('%s: what is copied can be read as a configuration, and holds no secret', (kind, written, env) => {
  const options = driverOf(kind).options.parse(written)
  const yaml = writeYaml({ ...base, kind, options }) ?? ''
  for (const secret of Object.values(env)) expect(yaml).not.toContain(secret)
  const cwd = mkdtempSync(join(tmpdir(), 'signalbox-yaml-'))
  writeFileSync(join(cwd, 'signalbox.yaml'), yaml)
  const [broker] = loadConfig({ cwd, env, optionsByKind }).brokers
  expect(broker).toMatchObject({ ...base, kind })
  const { form } = driverOf(kind)
  expect(form?.toValues(broker?.options.reveal())).toEqual(form?.toValues(options))
})

it('says that somebody must still choose the environment, and leaves a label out that is only the id', () => {
  const options = drivers.redis.options.parse({ url: 'redis://r' })
  const yaml = writeYaml({ ...base, label: 'shop-1', environment: 'unknown', kind: 'redis', options })
  expect(yaml).toContain('# Say which environment')
  expect(yaml).not.toContain('label')
  expect(yaml).not.toContain('environment:')
})

it('what is built in cannot be written there', () => {
  expect(writeYaml({ ...base, kind: 'sandbox', options: {} })).toBeNull()
})
