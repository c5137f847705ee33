import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerTestStep, FormValues } from '../../lib/schemas/broker-form.ts'
import { type BrokerInstance, removeBroker } from '../../scripts/brokers/index.ts'
import { checkValues, type Diagnosis, type DriverDeps, newCall } from './contract/index.ts'
import { addressOf } from './kafka/testing/harness.ts'
import { openRaw, type Raw } from './kafka/testing/raw.ts'
import { askHttp } from './rabbitmq/testing/raw.ts'
import { drivers } from './registry.ts'
import { ownBroker, testBroker } from './testing/test-brokers.ts'
import { openTlsDoor, type TlsDoor } from './testing/tls-door.ts'

type Kind = 'rabbitmq' | 'kafka' | 'redis'
const wrong = 'not-the-password-71d0'
const long = '2020/01/01 00:00:00'
const silent = () => undefined
const deps: DriverDeps = {
  brokerId: 'test',
  notes: { get: async () => null, set: async () => undefined },
  log: { debug: silent, info: silent, warn: silent, error: silent },
  now: Date.now,
}

/** What a person typed into the form, tried; whatever comes out is fit to be shown. */
async function diagnose(kind: Kind, values: FormValues): Promise<Diagnosis> {
  const { form, options, diagnose: run } = drivers[kind]
  if (!form || !run) throw new Error(`${kind} cannot be tested`)
  const beganAt = Date.now()
  const found = await run(
    options.parse(form.toOptions(checkValues(form.fields, values))),
    deps,
    newCall(20_000),
  )
  expect(Date.now() - beganAt).toBeLessThan(20_000)
  for (const step of found.steps) {
    expect(step.sentence, step.step).not.toBe('')
    if (step.state === 'failed')
      expect(step, step.step).toMatchObject({
        words: expect.stringMatching(/\S/),
        fix: expect.stringMatching(/\S/),
      })
  }
  const text = JSON.stringify(found)
  expect(text).not.toContain(wrong)
  expect(text).not.toMatch(/\\n\s+at |\.ts:\d|node:internal/)
  return found
}

/** The steps that are not as they should be, as `where step`. */
const troubles = (found: Diagnosis, state: BrokerTestStep['state'] = 'failed') =>
  found.steps.filter((step) => step.state === state).map((step) => `${step.at} ${step.step}`.trim())

function only(found: Diagnosis, what: string): BrokerTestStep {
  expect(troubles(found)).toEqual([what])
  const step = found.steps.find(({ state }) => state === 'failed')
  if (!step) throw new Error('nothing failed')
  return step
}

const doors: TlsDoor[] = []
async function door(behind: number, startDate?: string): Promise<TlsDoor> {
  const opened = await openTlsDoor(behind, startDate)
  doors.push(opened)
  return opened
}
afterAll(async () => {
  for (const one of doors) await one.close()
})

describe('Redis', () => {
  let instance: BrokerInstance
  let raw: Redis
  let good: TlsDoor
  let old: TlsDoor
  let port = 0
  const single = (address: string | number, more: FormValues = {}) =>
    diagnose('redis', { layout: 'single', url: `127.0.0.1:${address}`, ...more })
  beforeAll(async () => {
    instance = await testBroker('redis')
    port = instance.ports.redis ?? 0
    raw = new Redis(instance.urls.redis ?? '', { lazyConnect: false })
    ;[good, old] = [await door(port), await door(port, long)]
  })
  afterAll(() => raw?.disconnect())

  it('goes from the name to the abilities', async () => {
    const found = await diagnose('redis', {
      layout: 'single',
      url: `localhost:${port}`,
      username: instance.access.aclUser ?? '',
      password: instance.access.aclPassword ?? '',
    })
    expect(found.steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'name ok',
      'tcp ok',
      'tls skipped',
      'sign-in ok',
      'permissions ok',
      'version ok',
      'abilities ok',
    ])
    expect(found).toMatchObject({ version: instance.version, user: instance.access.aclUser })
  })

  it('a wrong password', async () => {
    const step = only(
      await single(port, { username: instance.access.aclUser ?? '', password: wrong }),
      'sign-in',
    )
    expect(step.words).toMatch(/^WRONGPASS/)
    expect(step.fix).toMatch(/Check both/)
  })

  it('a password where none is wanted', async () => {
    const found = await single(port, { password: wrong })
    expect(only(found, 'sign-in').sentence).toMatch(/password/)
  })

  it('a closed port', async () => {
    const step = only(await single(1), 'tcp')
    expect(step.words).toContain('ECONNREFUSED')
    expect(step.fix).toMatch(/port/)
  })

  it('a name nobody knows', async () => {
    const step = only(await diagnose('redis', { layout: 'single', url: 'nobody.invalid:6379' }), 'name')
    expect(step.words).toMatch(/ENOTFOUND|EAI_AGAIN/)
  })

  it('a TLS port spoken to in plain', async () => {
    const step = only(await single(good.port), 'tls')
    expect(step).toMatchObject({ sentence: 'This port speaks TLS, and TLS is off', fix: 'Turn TLS on.' })
  })

  it('a plain port spoken to in TLS', async () => {
    const step = only(await single(port, { tls: true }), 'tls')
    expect(step.sentence).toBe('This port does not speak TLS')
    expect(step.fix).toMatch(/Turn TLS off/)
  })

  it('a certificate nobody signed, and the same one trusted', async () => {
    const step = only(await single(good.port, { tls: true }), 'tls')
    expect(step.words).toMatch(/SELF_SIGNED/)
    expect(step.fix).toMatch(/certificate authority/)
    const found = await single(good.port, { tls: true, caFile: good.caFile })
    expect(troubles(found)).toEqual([])
    expect(found.steps.find((one) => one.step === 'tls')).toMatchObject({
      // 29 days are left of the door's certificate.
      state: 'warning',
      sentence: expect.stringMatching(/TLSv1\.[23], certificate of localhost .*valid until \d{4}-\d\d-\d\d/),
      fix: expect.stringMatching(/expires in 2\d days/),
    })
  })

  it('an expired certificate, trusted or not', async () => {
    for (const more of [{ caFile: old.caFile }, {}]) {
      const step = only(await single(old.port, { tls: true, ...more }), 'tls')
      expect(step.sentence).toMatch(/expired: it was valid until 2020-01-31/)
      expect(step.fix).toMatch(/Renew/)
    }
  })

  it('a file that is not there, and one that is no certificate', async () => {
    expect(only(await single(good.port, { tls: true, caFile: '/nowhere/ca.pem' }), 'tls').words).toContain(
      '/nowhere',
    )
    const noKey = await single(good.port, { tls: true, certFile: '/etc/hostname', keyFile: '/etc/hostname' })
    expect(only(noKey, 'tls').fix).toMatch(/PEM/)
  })

  it('a user without rights', async () => {
    const user = `nobody-${randomBytes(3).toString('hex')}`
    await raw.call('ACL', 'SETUSER', user, 'on', '>nobody-secret')
    try {
      const found = await single(port, { username: user, password: 'nobody-secret' })
      const step = only(found, 'permissions')
      expect(step.words).toMatch(/^NOPERM/)
      expect(step.fix).toMatch(/ACL SETUSER/)
      expect(JSON.stringify(found)).not.toContain('nobody-secret')
      await raw.call('ACL', 'SETUSER', user, '+@read', '+ping', '+info', '~*')
      const reader = await single(port, { username: user, password: 'nobody-secret' })
      expect(troubles(reader)).toEqual([])
      expect(troubles(reader, 'warning')).toContain('permissions')
    } finally {
      await raw.call('ACL', 'DELUSER', user)
    }
  })

  it('an abandoned test stops', async () => {
    const { options, diagnose: run } = drivers.redis
    const stop = new AbortController()
    const call = { signal: stop.signal, deadlineAt: Date.now() + 20_000 }
    const running = run?.(options.parse({ url: 'redis://10.255.255.1:6379' }), deps, call)
    const beganAt = Date.now()
    setTimeout(() => stop.abort(), 100)
    await Promise.resolve(running).catch(() => undefined)
    expect(Date.now() - beganAt).toBeLessThan(1_000)
  })
})

describe('RabbitMQ', () => {
  let instance: BrokerInstance
  let amqp = 0
  let http = 0
  const login = { username: 'guest', password: 'guest' }
  const try_ = (values: FormValues) => diagnose('rabbitmq', values)
  beforeAll(async () => {
    instance = await testBroker('rabbitmq')
    amqp = instance.ports.amqp ?? 0
    http = instance.ports.http ?? 0
  })
  const both = (more: FormValues = login): FormValues => ({
    amqp: `127.0.0.1:${amqp}`,
    management: `127.0.0.1:${http}`,
    ...more,
  })

  it('both addresses, then what they can do together', async () => {
    const found = await try_(both())
    expect(troubles(found)).toEqual([])
    expect(found).toMatchObject({ version: instance.version, user: 'guest' })
    const steps = found.steps.map(({ at, step }) => `${at} ${step}`.trim())
    for (const at of ['AMQP', 'Management'])
      for (const step of ['name', 'tcp', 'tls', 'sign-in']) expect(steps).toContain(`${at} ${step}`)
    expect(steps.slice(-3)).toEqual(['permissions', 'version', 'abilities'])
  })

  it('one address alone says what is then missing', async () => {
    const noManagement = await try_({ amqp: `127.0.0.1:${amqp}`, ...login })
    expect(troubles(noManagement)).toEqual([])
    expect(noManagement.steps.find(({ at }) => at === 'Management')?.sentence).toMatch(
      /No management address/,
    )
    const noAmqp = await try_({ management: `127.0.0.1:${http}`, ...login })
    expect(troubles(noAmqp)).toEqual([])
    expect(noAmqp.steps.find(({ at }) => at === 'AMQP')?.sentence).toMatch(/No AMQP address/)
    expect(noAmqp.steps.find(({ step }) => step === 'abilities')?.sentence).toMatch(
      /Missing: look at messages/,
    )
  })

  it('a wrong password', async () => {
    const found = await try_(both({ username: 'guest', password: wrong }))
    expect(troubles(found)).toEqual(['AMQP sign-in', 'Management sign-in'])
    const [first, second] = found.steps.filter(({ state }) => state === 'failed')
    expect(first?.words).toMatch(/ACCESS[_-]REFUSED/)
    expect(second?.words).toMatch(/login failed/i)
    expect(first?.fix).toMatch(/Check both/)
  })

  it('a closed port', async () => {
    const found = await try_({ amqp: '127.0.0.1:1', management: `127.0.0.1:${http}`, ...login })
    expect(only(found, 'AMQP tcp').words).toContain('ECONNREFUSED')
  })

  it('TLS ports spoken to in plain', async () => {
    const [secure, web] = [await door(amqp), await door(http)]
    const found = await try_({
      amqp: `127.0.0.1:${secure.port}`,
      management: `127.0.0.1:${web.port}`,
      ...login,
    })
    expect(troubles(found)).toEqual(['AMQP tls', 'Management tls'])
    for (const step of found.steps.filter(({ state }) => state === 'failed'))
      expect(step.fix).toBe('Turn TLS on.')
  })

  it('plain ports spoken to in TLS', async () => {
    const found = await try_(both({ ...login, tls: true }))
    expect(troubles(found)).toEqual(['AMQP tls', 'Management tls'])
    for (const step of found.steps.filter(({ state }) => state === 'failed'))
      expect(step.fix).toMatch(/Turn TLS off/)
  })

  it('a certificate nobody signed, the same one trusted, and an expired one', async () => {
    const [secure, old] = [await door(amqp), await door(amqp, long)]
    const at = (one: TlsDoor, more: FormValues = {}) =>
      try_({ amqp: `127.0.0.1:${one.port}`, tls: true, ...login, ...more })
    expect(only(await at(secure), 'AMQP tls').fix).toMatch(/certificate authority/)
    expect(troubles(await at(secure, { caFile: secure.caFile }))).toEqual([])
    expect(only(await at(old, { caFile: old.caFile }), 'AMQP tls').sentence).toMatch(/expired/)
  })

  it('a user without rights', async () => {
    const user = `nobody-${randomBytes(3).toString('hex')}`
    await askHttp(instance, 'PUT', `/users/${user}`, { password: 'nobody-secret', tags: '' })
    try {
      const found = await try_(both({ username: user, password: 'nobody-secret' }))
      expect(troubles(found)).toEqual(['AMQP permissions', 'Management permissions'])
      const [first, second] = found.steps.filter(({ state }) => state === 'failed')
      expect(first?.fix).toMatch(/set_permissions/)
      expect(second?.fix).toMatch(/set_user_tags/)
      await askHttp(instance, 'PUT', `/users/${user}`, { password: 'nobody-secret', tags: 'management' })
      const seesNothing = await try_({
        management: `127.0.0.1:${http}`,
        username: user,
        password: 'nobody-secret',
      })
      const step = seesNothing.steps.find((one) => one.step === 'permissions')
      expect(step).toMatchObject({ state: 'warning', words: expect.stringMatching(/no vhost.*monitoring/) })
    } finally {
      await askHttp(instance, 'DELETE', `/users/${user}`)
    }
  })
})

describe('Kafka', () => {
  let instance: BrokerInstance
  let raw: Raw
  const at = (name: string) => instance.urls[name] ?? ''
  const ask = (address: string, more: FormValues = {}) => diagnose('kafka', { bootstrap: [address], ...more })
  const login = (password = instance.access.password ?? '') => ({
    mechanism: 'scram-sha-512',
    username: instance.access.user ?? '',
    password,
  })
  const caFile = () => instance.access.caFile ?? ''
  beforeAll(async () => {
    instance = await ownBroker('kafka')
    raw = await openRaw(addressOf(instance))
    await raw.createTopic('diagnosed', 1)
  }, 180_000)
  afterAll(async () => {
    await raw?.disconnect()
    if (instance) await removeBroker(instance.dir)
  }, 60_000)

  it('through a list of addresses, one of them dead', async () => {
    const found = await diagnose('kafka', { bootstrap: ['127.0.0.1:1', at('plaintext')] })
    expect(troubles(found)).toEqual(['127.0.0.1:1 tcp'])
    expect(found.version).toMatch(/^4\./)
    const advertised = found.steps.find((one) => one.at === '' && one.step === 'tcp')
    expect(advertised).toMatchObject({ state: 'ok', sentence: expect.stringContaining(at('plaintext')) })
  })

  it('with TLS and a sign-in', async () => {
    const found = await ask(at('saslTls'), { tls: true, caFile: caFile(), ...login() })
    expect(troubles(found)).toEqual([])
    expect(found.user).toBe(instance.access.user)
    expect(found.steps.find(({ step }) => step === 'tls')?.sentence).toMatch(/certificate of localhost/)
  })

  it('a wrong password', async () => {
    const step = only(await ask(at('sasl'), login(wrong)), `${at('sasl')} sign-in`)
    expect(step.words).toMatch(/SASL_AUTHENTICATION_FAILED|Authentication failed/i)
    expect(step.fix).toMatch(/Check both/)
  })

  it('a listener that wants a sign-in and gets none, and the other way round', async () => {
    const none = only(await ask(at('sasl')), `${at('sasl')} sign-in`)
    expect(none.fix).toMatch(/Choose the sign-in/)
    const needless = only(await ask(at('plaintext'), login()), `${at('plaintext')} sign-in`)
    expect(needless.fix).toMatch(/Choose/)
  })

  it('a closed port', async () => {
    expect(only(await ask('127.0.0.1:1'), '127.0.0.1:1 tcp').words).toContain('ECONNREFUSED')
  })

  it('a TLS port spoken to in plain, and a plain one in TLS', async () => {
    expect(only(await ask(at('tls')), `${at('tls')} tls`).fix).toBe('Turn TLS on.')
    const step = only(await ask(at('plaintext'), { tls: true }), `${at('plaintext')} tls`)
    expect(step.fix).toMatch(/TLS/)
  })

  it('a certificate nobody signed, and an expired one', async () => {
    const step = only(await ask(at('tls'), { tls: true }), `${at('tls')} tls`)
    expect(step.fix).toMatch(/certificate authority/)
    const old = await door(instance.ports.plaintext ?? 0, long)
    const late = only(
      await ask(`127.0.0.1:${old.port}`, { tls: true, caFile: old.caFile }),
      `127.0.0.1:${old.port} tls`,
    )
    expect(late.sentence).toMatch(/expired/)
  })

  it('a user without rights', async () => {
    const rule = (resourceType: AclResourceTypes, resourceName: string) => ({
      resourceType,
      resourceName,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:alice',
      host: '*',
      operation: AclOperationTypes.ALL,
      permissionType: AclPermissionTypes.DENY,
    })
    const rules = [rule(AclResourceTypes.CLUSTER, 'kafka-cluster'), rule(AclResourceTypes.TOPIC, '*')]
    await raw.admin.createAcls({ acl: rules })
    let step: BrokerTestStep | undefined
    // An authorizer learns of a rule a moment later.
    for (let round = 0; round < 20 && step?.state !== 'warning'; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300))
      const found = await ask(at('sasl'), login())
      expect(troubles(found)).toEqual([])
      step = found.steps.find((one) => one.step === 'permissions')
    }
    expect(step).toMatchObject({ state: 'warning', fix: expect.stringMatching(/kafka-acls/) })
    expect(step?.words).toMatch(/No topic is visible/)
    await raw.admin.deleteAcls({ filters: rules })
  })
})
