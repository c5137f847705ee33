import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Console } from '../support/console.ts'
import { openPlaces, type Place } from '../support/places/index.ts'
import { type Bench, type ErrorBody, openBench, type Page } from './support.ts'

let bench: Bench
let redis: Place
beforeAll(async () => {
  ;[redis] = (await openPlaces(['Redis stream'])) as [Place]
  const frozen = {
    ...redis.broker,
    id: 'frozen',
    mode: 'read-only',
    environment: 'production',
    label: 'Frozen',
  }
  bench = await openBench([], { brokers: [redis.broker, frozen] })
})
afterAll(async () => {
  await bench.close()
  await redis.close()
})

/** A request as anybody may send it: no token unless said. */
async function ask(
  method: string,
  path: string,
  init: { headers?: Record<string, string>; body?: string } = {},
) {
  const response = await fetch(`${bench.server.url}${path}`, { method, redirect: 'manual', ...init })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    error: (isJson ? (JSON.parse(text) as Partial<ErrorBody>) : {}).error,
  }
}
const bearer = () => ({ authorization: `Bearer ${bench.server.token}` })
const json = { 'content-type': 'application/json' }
const v1 = '/api/v1'
const unknownQueue = Buffer.from('["stream","no such stream","0"]').toString('base64url')

test('health is open to everybody; metrics and the API are not', async () => {
  expect((await ask('GET', '/healthz')).status).toBe(200)
  expect((await ask('GET', '/readyz')).status).toBe(200)
  expect((await ask('GET', '/metrics')).status).toBe(401)
  const metrics = await ask('GET', '/metrics', { headers: bearer() })
  expect(metrics.status).toBe(200)
  expect(metrics.headers.get('content-type')).toContain('text/plain')
  expect(metrics.text).toContain('signalbox_broker_state{broker="redis",kind="redis",state="up"}')
})

test.each(['/brokers', '/audit', '/replays', '/live', '/openapi.json', '/me', '/nowhere'])(
  'without a token %s is 401',
  async (path) => {
    const answer = await ask('GET', `${v1}${path}`)
    expect(answer.status).toBe(401)
    expect(answer.error).toMatchObject({ code: 'unauthenticated' })
    expect(answer.error?.requestId).toBeTruthy()
  },
)

test.each(['Bearer wrong', 'Bearer ', 'Basic abc', 'nonsense'])(
  'a token that is none is 401: %s',
  async (one) => {
    expect((await ask('GET', `${v1}/brokers`, { headers: { authorization: one } })).status).toBe(401)
  },
)

test('me says who the token is and what it may do', async () => {
  const me = await bench.api.get<{ actor: string; via: string; permissions: string[] }>('/me')
  expect(me).toMatchObject({ actor: 'token', via: 'token' })
  expect(me.permissions).toContain('replays.run')
})

describe('errors are checked in the order 401, 403, 415, 404, 400, 501', () => {
  const path = (broker: string, id: string) => `${v1}/brokers/${broker}/destinations/${id}/messages`
  const send = (broker: string, id: string, headers: Record<string, string>, body = '{"nonsense":1}') =>
    ask('POST', path(broker, id), { headers, body })

  test('401 before everything', async () => {
    const answer = await send('frozen', 'nonsense', { origin: 'https://evil.example' }, 'nonsense')
    expect(answer.status).toBe(401)
  })
  test('403 before 415, 404 and 400: another origin, a read-only broker', async () => {
    const foreign = await send('redis', 'nonsense', { ...bearer(), origin: 'https://evil.example' }, '{')
    expect(foreign).toMatchObject({ status: 403, error: { code: 'forbidden' } })
    const readOnly = await send('frozen', 'nonsense', { ...bearer(), 'content-type': 'text/plain' }, '{')
    expect(readOnly).toMatchObject({
      status: 403,
      error: { code: 'forbidden', detail: { reason: 'read-only' } },
    })
  })
  test('415 before 404 and 400', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const answer = await send('redis', 'nonsense', { ...bearer(), 'content-type': type }, '{')
      expect(answer).toMatchObject({ status: 415, error: { code: 'bad_request' } })
    }
  })
  test('404 before 400', async () => {
    for (const [broker, id] of [
      ['nobody', unknownQueue],
      ['redis', 'nonsense'],
    ] as const) {
      const answer = await send(broker, id, { ...bearer(), ...json }, '{')
      expect(answer).toMatchObject({ status: 404, error: { code: 'not_found' } })
    }
  })
  test('400 before 501', async () => {
    const answer = await ask('POST', `${v1}/brokers/redis/sandbox`, {
      headers: { ...bearer(), ...json },
      body: '{"action":"dance"}',
    })
    expect(answer.status).toBe(400)
    const good = { headers: { ...bearer(), ...json }, body: '{"action":"break"}' }
    expect(await ask('POST', `${v1}/brokers/redis/sandbox`, good)).toMatchObject({
      status: 501,
      error: { code: 'unsupported' },
    })
  })
})

test('a method that is not offered is 405 and says which are', async () => {
  const answer = await ask('PUT', `${v1}/brokers`, { headers: { ...bearer(), ...json }, body: '{}' })
  expect(answer).toMatchObject({ status: 405, error: { code: 'bad_request' } })
  expect(answer.headers.get('allow')).toBe('GET, POST')
})

test('a path that is none is 404 in the same shape', async () => {
  expect(await ask('GET', `${v1}/nowhere`, { headers: bearer() })).toMatchObject({
    status: 404,
    error: { code: 'not_found' },
  })
})

test.each([
  ['broken JSON', '{"confirm":'],
  ['no object', '[]'],
  ['nesting without end', `${'['.repeat(100_000)}`],
  ['a number that would be rounded', '{"confirm":"x","n":9007199254740993}'],
])('%s is 400', async (_, body) => {
  const path = `${v1}/brokers/redis/destinations/${unknownQueue}/messages`
  expect(await ask('DELETE', path, { headers: { ...bearer(), ...json }, body })).toMatchObject({
    status: 400,
    error: { code: 'bad_request' },
  })
})

test('a write of our own page and of a program goes through, one of another page does not', async () => {
  const send = (headers: Record<string, string>) =>
    ask('POST', `${v1}/brokers/sandbox/sandbox`, {
      headers: { ...bearer(), ...json, ...headers },
      body: '{"action":"heal"}',
    })
  expect((await send({})).status).toBe(200)
  expect((await send({ origin: bench.server.url })).status).toBe(200)
  expect((await send({ origin: 'null' })).status).toBe(403)
  expect((await send({ origin: 'http://127.0.0.1:1' })).status).toBe(403)
  expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await send({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
})

test('a read-only broker refuses every write, says so, and leaves a row in the audit', async () => {
  const path = `/brokers/frozen/destinations/${unknownQueue}/messages`
  const writes: readonly (readonly [string, string, unknown])[] = [
    ['POST', path, { body: { text: 'x' } }],
    ['POST', `${path}/settle`, { ids: ['a'], action: 'delete', confirm: 'no such stream' }],
    ['DELETE', path, { confirm: 'no such stream' }],
    [
      'POST',
      '/replays',
      { broker: 'frozen', source: unknownQueue, select: { all: true }, target: { origin: true } },
    ],
    [
      'POST',
      '/replays',
      {
        broker: 'redis',
        source: unknownQueue,
        select: { all: true },
        target: { broker: 'frozen', destination: unknownQueue },
      },
    ],
  ]
  for (const [method, to, body] of writes) {
    const answer = await bench.api.send<ErrorBody>(method, to, body)
    expect(answer, `${method} ${to}`).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden', detail: { reason: 'read-only' } } },
    })
  }
  const audit = await bench.api.get<Page<{ verb: string; outcome: string }>>('/audit?broker=frozen')
  expect(audit.items.filter((one) => one.outcome === 'refused').length).toBeGreaterThanOrEqual(4)
  const broker = await bench.api.get<{ mode: string; abilities: Record<string, { level: string }> }>(
    '/brokers/frozen',
  )
  expect(broker.mode).toBe('read-only')
  expect(broker.abilities.publish).toMatchObject({ level: 'none' })
  expect(broker.abilities.browse?.level).not.toBe('none')
})

describe('sign-in', () => {
  const newToken = async () => {
    const root = resolve(import.meta.dirname, '../..')
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/sign-in.mjs'], {
      cwd: root,
      env: { ...process.env, SIGNALBOX_CONFIG: `${bench.server.folder}/signalbox.yaml` },
    })
    const token = /token=([\w-]+)/.exec(stdout)?.[1]
    if (!token) throw new Error(`no token in: ${stdout}`)
    return token
  }
  const spend = (token: string) =>
    ask('POST', `${v1}/sign-in`, { headers: json, body: JSON.stringify({ token }) })
  const cookieOf = (answer: Awaited<ReturnType<typeof ask>>) =>
    (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? ''

  test('the link of the first start is spent by the button, once', async () => {
    const token = /sign-in\?token=([\w-]+)/.exec(bench.server.log)?.[1] ?? ''
    expect(token).not.toBe('')
    for (let look = 0; look < 2; look += 1) {
      expect((await ask('GET', `/sign-in?token=${token}`)).status).toBe(200)
    }
    const answer = await spend(token)
    expect(answer.status).toBe(200)
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Strict/)
    expect(await spend(token)).toMatchObject({ status: 401, error: { code: 'unauthenticated' } })

    const headers = { cookie: cookieOf(answer) }
    expect((await ask('GET', `${v1}/brokers`, { headers })).status).toBe(200)
    expect((await ask('GET', `${v1}/me`, { headers })).text).toContain('"via":"session"')
    const out = await ask('POST', `${v1}/sign-out`, { headers: { ...headers, ...json }, body: '{}' })
    expect(out.status).toBe(200)
    expect((await ask('GET', `${v1}/brokers`, { headers })).status).toBe(401)
  })

  test('another link comes from the command line and is good once', async () => {
    const token = await newToken()
    const [first, second] = await Promise.all([spend(token), spend(token)])
    expect([first.status, second.status].sort()).toEqual([200, 401])
  })

  test('a bad bearer token does not fall back to a good cookie', async () => {
    const cookie = cookieOf(await spend(await newToken()))
    const headers = { cookie, authorization: 'Bearer wrong' }
    expect((await ask('GET', `${v1}/brokers`, { headers })).status).toBe(401)
  })

  test('a sign-in from a foreign page is refused', async () => {
    const answer = await ask('POST', `${v1}/sign-in`, {
      headers: { ...json, origin: 'https://evil.example' },
      body: '{"token":"x"}',
    })
    expect(answer.status).toBe(403)
  })

  test('neither token nor cookie stands in the log', async () => {
    expect(bench.server.log).not.toContain(bench.server.token)
  })
})

test('a broken configuration ends with 78, its place named, before anything listens', async () => {
  const server = new Console({ settings: { serverr: 1 } })
  await expect(server.start()).rejects.toThrow(/ended with 78[\s\S]*signalbox\.yaml:\d+:\d+/)
  await server.remove()
})
