import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrokerInstance, removeBroker } from '../../../scripts/brokers/index.ts'
import { findFreeBlock } from '../../../scripts/brokers/ports.ts'
import { BrokerError, newCall } from '../contract/index.ts'
import { facetOf, publishAll } from '../testing/suite/support.ts'
import { ownBroker } from '../testing/test-brokers.ts'
import type { RabbitmqOptions } from './options.ts'
import { Authority, type Certificate } from './testing/certificates.ts'
import { connectTo } from './testing/harness.ts'
import { Raw, refTo } from './testing/raw.ts'

const call = () => newCall(20_000)

describe('TLS with RabbitMQ', { timeout: 60_000 }, () => {
  let folder: string
  let instance: BrokerInstance
  let raw: Raw
  let authority: Authority
  let other: Authority
  let client: Certificate
  let options: (more: RabbitmqOptions['tls'], host?: string) => RabbitmqOptions

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-tls-'))
    authority = new Authority(folder, 'authority')
    other = new Authority(folder, 'other')
    client = authority.sign('client')
    // No address among its names: whoever asks for 127.0.0.1 is not answered by it.
    const server = authority.sign('server', 'DNS:localhost')
    const [amqps = 0, https = 0] = await findFreeBlock(2, new Set())
    const listener = (at: string) => [
      `${at}.cacertfile = ${authority.caFile}`,
      `${at}.certfile = ${server.certFile}`,
      `${at}.keyfile = ${server.keyFile}`,
      `${at}.verify = verify_peer`,
      `${at}.fail_if_no_peer_cert = true`,
    ]
    const config = [
      `listeners.ssl.1 = 127.0.0.1:${amqps}`,
      ...listener('ssl_options'),
      'management.ssl.ip = 127.0.0.1',
      `management.ssl.port = ${https}`,
      ...listener('management.ssl'),
    ]
    instance = await ownBroker('rabbitmq', { config })
    raw = await Raw.open(instance, '/')
    options = (tls, host = 'localhost') => ({
      amqp: `amqps://guest:guest@${host}:${amqps}`,
      management: `https://guest:guest@${host}:${https}`,
      ...(tls === undefined ? {} : { tls }),
    })
  }, 180_000)
  afterAll(async () => {
    await raw?.disconnect()
    if (instance) await removeBroker(instance.dir)
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  it('does everything over amqps and https, with a certificate of its own', async () => {
    const connection = await connectTo(options({ caFile: authority.caFile, ...client }))
    try {
      const probe = await connection.probe(call())
      expect(probe).toMatchObject({ version: instance.version, user: 'guest', problems: [] })
      await raw.createQueue('sealed')
      const ref = refTo('queue', 'sealed', '/')
      const body = Buffer.alloc(300_000, 'x')
      const [outcome] = await publishAll(connection, ref, [{ key: null, body, headers: [] }])
      expect(outcome?.state).toBe('confirmed')
      const listed = await connection.listDestinations({ limit: 100 }, call())
      expect(listed.items.map((item) => item.ref.name)).toContain('sealed')
      const page = { limit: 5, maxBytes: 1 << 20 }
      const { messages } = await facetOf(connection, 'browse').read(ref, page, call())
      expect(Buffer.from(messages[0]?.body ?? []).equals(body)).toBe(true)
      const request = { select: { kind: 'head', count: 1 }, window: 1 } as const
      const session = await facetOf(connection, 'claim').open(ref, request, call())
      await session.settle(await session.next(1, call()), 'remove', call())
      await session.close()
      expect(await raw.count('sealed')).toBe(0)
    } finally {
      await connection.close()
    }
  })

  it.each([
    ['an authority nobody named', () => options(true), /tls\.caFile/],
    ['another authority', () => options({ caFile: other.caFile, ...client }), /tls\.caFile/],
    ['no certificate of our own', () => options({ caFile: authority.caFile }), /tls\.certFile/],
    [
      'a certificate of another authority',
      () => options({ caFile: authority.caFile, ...other.sign('stranger') }),
      /tls\.certFile/,
    ],
    [
      'another name',
      () => options({ caFile: authority.caFile, ...client }, '127.0.0.1'),
      /does not match certificate/,
    ],
    ['no such file', () => options({ caFile: '/nowhere/ca.pem' }), /tls\.caFile cannot be read.*nowhere/],
  ])('refuses and says what to set: %s', async (_label, given, hint) => {
    const { amqp, management, tls } = given()
    for (const way of [{ amqp }, { management }]) {
      const connection = await connectTo({ ...way, tls })
      const error = await connection.probe(newCall(8_000)).catch((thrown: unknown) => thrown)
      await connection.close()
      expect(error).toBeInstanceOf(BrokerError)
      if (!(error instanceof BrokerError)) continue
      expect(`${error.code}: ${error.message}`).toMatch(/^(unreachable|bad_request): /)
      expect(error.message).toMatch(hint)
      expect(`${error.message} ${error.cause}`).not.toContain('guest:guest')
    }
  })

  it('takes up a certificate that was put in place meanwhile', async () => {
    const { management } = options(undefined)
    const caFile = join(folder, 'late.pem')
    copyFileSync(other.caFile, caFile)
    const connection = await connectTo({ management, tls: { caFile, ...client } })
    await expect(connection.probe(call())).rejects.toThrow(/tls\.caFile/)
    copyFileSync(authority.caFile, caFile)
    expect((await connection.probe(call())).version).toBe(instance.version)
    await connection.close()
  })
})
