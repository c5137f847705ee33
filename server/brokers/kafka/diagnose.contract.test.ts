import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerTestStep, FormValues } from '../../../lib/schemas/broker-form.ts'
import { type BrokerInstance, removeBroker } from '../../../scripts/brokers/index.ts'
import { closeDoors, diagnose, door, long, only, troubles, wrong } from '../testing/diagnose.ts'
import { ownBroker } from '../testing/test-brokers.ts'
import { addressOf } from './testing/harness.ts'
import { openRaw, type Raw } from './testing/raw.ts'

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
    await closeDoors()
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
