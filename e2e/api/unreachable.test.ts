import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { sharedBroker } from '../support/brokers.ts'
import { type Bench, type ErrorBody, openBench } from './support.ts'

/** Nothing listens on port 1, and nobody has this password. */
const secret = 'wr0ng-passw0rd'
let bench: Bench
beforeAll(async () => {
  const [rabbit, redis, kafka] = await Promise.all([
    sharedBroker('rabbitmq'),
    sharedBroker('redis'),
    sharedBroker('kafka'),
  ])
  const amqp = new URL(rabbit.urls.amqp ?? '')
  amqp.password = secret
  const management = new URL(rabbit.urls.http ?? '')
  management.username = 'guest'
  management.password = secret
  bench = await openBench([], {
    brokers: [
      { id: 'locked-rabbit', kind: 'rabbitmq', amqp: amqp.href, management: management.href },
      { id: 'locked-redis', kind: 'redis', url: `redis://nobody:${secret}@127.0.0.1:${redis.ports.redis}/0` },
      {
        id: 'locked-kafka',
        kind: 'kafka',
        bootstrap: [kafka.urls.sasl],
        sasl: { mechanism: 'scram-sha-512', username: 'nobody', password: secret },
      },
      { id: 'gone-rabbit', kind: 'rabbitmq', amqp: `amqp://guest:${secret}@127.0.0.1:1` },
      { id: 'gone-redis', kind: 'redis', url: `redis://:${secret}@127.0.0.1:1/0` },
      { id: 'gone-kafka', kind: 'kafka', bootstrap: ['127.0.0.1:1'] },
    ],
  })
})
afterAll(() => bench.close())

const ids = ['rabbit', 'redis', 'kafka']
const cases = [
  ...ids.map((id) => ({ id: `locked-${id}`, status: 502, code: 'broker_auth_failed' })),
  ...ids.map((id) => ({ id: `gone-${id}`, status: 503, code: 'broker_unreachable' })),
]

describe.each(cases)('$id', ({ id, status, code }) => {
  test('is down, and says why', async () => {
    const broker = await waitFor(async () => {
      const now = await bench.api.get<{ state: string; reason?: string; version: null }>(`/brokers/${id}`)
      return now.state === 'down' && now
    }, `${id} down`)
    expect(broker.reason).toBeTruthy()
    expect(broker.version).toBeNull()
  })

  test(`answers ${status} where nothing was ever read`, async () => {
    for (const list of ['destinations', 'groups']) {
      const answer = await bench.api.send<ErrorBody>('GET', `/brokers/${id}/${list}`)
      expect(answer, list).toMatchObject({ status, body: { error: { code } } })
    }
    const began = Date.now()
    const topic = Buffer.from('["queue","orders","/"]').toString('base64url')
    const path = `/brokers/${id}/destinations/${topic}/messages`
    const look = await bench.api.send('GET', path)
    expect([status, 404, 501]).toContain(look.status)
    expect(Date.now() - began, 'no call hangs').toBeLessThan(15_000)
  })
})

test('the console itself is well, and no password stands in an answer or the log', async () => {
  const health = await Promise.all(['/healthz', '/readyz'].map((path) => fetch(`${bench.server.url}${path}`)))
  expect(health.map((one) => one.status)).toEqual([200, 200])
  expect(JSON.stringify(await bench.api.get('/brokers'))).not.toContain(secret)
  expect(bench.server.log).not.toContain(secret)
})
