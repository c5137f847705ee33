import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FormValues } from '../../../lib/schemas/broker-form.ts'
import type { BrokerInstance } from '../../../scripts/brokers/index.ts'
import { closeDoors, diagnose, door, long, only, troubles, wrong } from '../testing/diagnose.ts'
import { testBroker } from '../testing/test-brokers.ts'
import type { TlsDoor } from '../testing/tls-door.ts'
import { askHttp } from './testing/raw.ts'

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
  afterAll(closeDoors)
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
