import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FormValues } from '../../../lib/schemas/broker-form.ts'
import type { BrokerInstance } from '../../../scripts/brokers/index.ts'
import { closeDoors, deps, diagnose, door, long, only, troubles, wrong } from '../testing/diagnose.ts'
import { testBroker } from '../testing/test-brokers.ts'
import type { TlsDoor } from '../testing/tls-door.ts'
import { redis } from './index.ts'

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
  afterAll(async () => {
    raw?.disconnect()
    await closeDoors()
  })

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

  it('a server without passwords lets everybody in, and says as whom', async () => {
    const found = await single(port, { password: wrong })
    expect(troubles(found)).toEqual([])
    expect(found.user).toBe('default')
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
    const { options, diagnose: run } = redis
    const stop = new AbortController()
    const call = { signal: stop.signal, deadlineAt: Date.now() + 20_000 }
    const running = run?.(options.parse({ url: 'redis://10.255.255.1:6379' }), deps, call)
    const beganAt = Date.now()
    setTimeout(() => stop.abort(), 100)
    await Promise.resolve(running).catch(() => undefined)
    expect(Date.now() - beganAt).toBeLessThan(1_000)
  })
})
