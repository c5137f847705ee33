import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Operation } from '../../lib/api/operation.ts'
import { operations } from '../../lib/api/operations.ts'
import { fillPath } from '../../lib/api/routes.ts'
import { writePermissions } from '../../lib/domain/permissions.ts'
import { errorBodySchema } from '../../lib/schemas/problem.ts'
import { createFakeRuntime, token } from './testing/fake-runtime.ts'
import { findRouteFiles, loadRoute, type Methods } from './testing/route-files.ts'

const slot = Symbol.for('signalbox.runtime')
const files = findRouteFiles()
const all = Object.entries<Operation>(operations).map(([name, operation]) => ({ name, ...operation }))
const guarded = all.filter(({ permission }) => permission !== null)
const writes = all.filter(({ method }) => method !== 'GET')
const atBroker = all.filter(({ path }) => path.includes('{broker}'))
const brokerWrites = atBroker.filter(({ permission }) =>
  writePermissions.some((write) => write === permission),
)
const withBody = writes.filter(({ body }) => body !== null)

let runtime = createFakeRuntime()
beforeEach(() => use(createFakeRuntime()))
afterEach(() => Reflect.deleteProperty(globalThis, slot))

function use(fake: ReturnType<typeof createFakeRuntime>): void {
  runtime = fake
  Reflect.set(globalThis, slot, fake)
}

interface Ask {
  readonly headers?: Record<string, string>
  readonly params?: Record<string, string>
  readonly search?: string
  readonly body?: string
  readonly method?: string
}
const signedIn = { authorization: `Bearer ${token}` }
const json = { ...signedIn, 'content-type': 'application/json' }
const anyParams = {
  broker: 'known',
  destination: 'd',
  message: 'm',
  group: 'g',
  replay: 'r',
  row: '0',
  backup: 'b',
}

async function ask(operation: Operation, { headers = json, params, search = '', body, method }: Ask = {}) {
  const file = files.find(({ path }) => path === operation.path)?.file
  if (file === undefined) throw new Error(`${operation.path} has no route file`)
  const methods = await loadRoute(file)
  const verb = (method ?? operation.method) as keyof Methods
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  const given: Record<string, string> = { ...anyParams, ...params }
  const own = Object.fromEntries(names.map((name) => [name, given[name] ?? 'x']))
  const url = `http://127.0.0.1:3000${fillPath(operation.path, own)}${search}`
  const init: RequestInit = { method: verb, headers: { host: '127.0.0.1:3000', ...headers } }
  if (verb !== 'GET') init.body = body ?? '{}'
  const response = await methods[verb]?.(new Request(url, init), { params: Promise.resolve(own) })
  if (!response) throw new Error(`${verb} ${operation.path} is not served`)
  return response
}

async function errorOf(response: Response) {
  const { error } = errorBodySchema.parse(await response.json())
  expect(response.headers.get('cache-control')).toBe('private, no-store')
  expect(response.headers.get('x-request-id')).toBe(error.requestId)
  return { status: response.status, code: error.code, detail: error.detail, message: error.message }
}

describe('the table and the files agree', () => {
  it('every route file has an entry, every entry a route file and method', async () => {
    const served: string[] = []
    for (const { file, path } of files) {
      if (path === '/[...unknown]') continue
      const methods = await loadRoute(file)
      const listed = all.filter((operation) => operation.path === path).map(({ method }) => method)
      expect(listed, `${path} is not in the table of operations`).not.toEqual([])
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
        const response = await methods[method]?.(new Request('http://127.0.0.1:3000', { method }), {
          params: Promise.resolve({}),
        })
        const isOffered = response !== undefined && response.status !== 405
        expect(isOffered, `${method} ${path}`).toBe(listed.some((own) => own === method))
      }
      served.push(path)
    }
    expect(new Set(served)).toEqual(new Set(all.map(({ path }) => path)))
  })
})

describe('refused in this order', () => {
  it.each(guarded)('401 without a token: $name', async (operation) => {
    const stranger = { 'content-type': 'text/plain', origin: 'https://evil.example' }
    const error = await errorOf(await ask(operation, { headers: stranger, params: { broker: 'gone' } }))
    expect(error).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  it.each(guarded)('401 with a wrong token: $name', async (operation) => {
    const headers = { authorization: `Bearer ${token}x`, 'content-type': 'application/json' }
    expect(await errorOf(await ask(operation, { headers }))).toMatchObject({ status: 401 })
  })

  it.each(writes)('403 from a page of another origin: $name', async (operation) => {
    for (const foreign of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const headers = { ...signedIn, ...foreign, 'content-type': 'text/plain' }
      const error = await errorOf(await ask(operation, { headers, params: { broker: 'gone' } }))
      expect(error).toMatchObject({ status: 403, code: 'forbidden', detail: { reason: 'origin' } })
    }
  })

  it.each(guarded.filter(({ permission }) => permission !== 'signed-in'))(
    '403 without the permission: $name',
    async (operation) => {
      const { permission } = operation
      if (permission === null || permission === 'signed-in') throw new Error('not a permission')
      use(createFakeRuntime({ lacking: permission }))
      const error = await errorOf(
        await ask(operation, { headers: { ...signedIn, 'content-type': 'text/plain' } }),
      )
      expect(error).toMatchObject({ status: 403, detail: { reason: 'permission', permission } })
    },
  )

  it.each(brokerWrites)('403 in read-only mode, and the refusal is recorded: $name', async (operation) => {
    const headers = { ...signedIn, 'content-type': 'text/plain' }
    const error = await errorOf(await ask(operation, { headers, params: { broker: 'frozen' } }))
    expect(error).toMatchObject({ status: 403, detail: { reason: 'read-only' } })
    expect(runtime.auditLines).toMatchObject([
      { verb: operation.audit, broker: 'frozen', outcome: 'refused' },
    ])
  })

  it.each(writes)('415 for what is not JSON: $name', async (operation) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const headers = { ...signedIn, 'content-type': type }
      const error = await errorOf(await ask(operation, { headers, params: { broker: 'gone' }, body: '{' }))
      expect(error).toMatchObject({ status: 415, code: 'bad_request' })
    }
  })

  it.each(atBroker)('404 for what is not there, before 400: $name', async (operation) => {
    const error = await errorOf(
      await ask(operation, { params: { broker: 'gone' }, search: '?nope=1', body: '{' }),
    )
    expect(error).toMatchObject({ status: 404, code: 'not_found' })
  })

  it.each(all)('400 for an unknown parameter: $name', async (operation) => {
    const error = await errorOf(await ask(operation, { search: '?nope=1' }))
    expect(error).toMatchObject({ status: 400, code: 'bad_request' })
  })

  it.each(all.filter(({ query }) => 'limit' in query.shape))(
    '400 for a wrong limit: $name',
    async (operation) => {
      for (const limit of ['0', '-1', 'many', '1e9', '', 'NaN', '1.5']) {
        const error = await errorOf(await ask(operation, { search: `?limit=${limit}` }))
        expect(error, limit).toMatchObject({ status: 400, code: 'bad_request' })
      }
    },
  )

  it.each(withBody)('400 for a body that does not fit: $name', async (operation) => {
    const deep = `${'['.repeat(1_000_000)}`
    for (const body of ['{', '[]', 'null', '"x"', '{"surprise":1}', '{"__proto__":{"a":1}}', deep]) {
      const error = await errorOf(await ask(operation, { body }))
      // Every field of connecting has a default, and __proto__ is no field: that body says nothing at all.
      if (operation.audit === 'broker.connect' && body.includes('__proto__')) continue
      expect(error, body.slice(0, 40)).toMatchObject({ status: 400, code: 'bad_request' })
    }
    expect(runtime.auditLines.filter(({ outcome }) => outcome !== 'failed')).toEqual([])
  })

  it.each(all)('405 in the shape of every other error: $name', async (operation) => {
    const error = await errorOf(await ask(operation, { method: 'PUT' }))
    expect(error).toMatchObject({ status: 405, code: 'bad_request' })
  })
})

describe('a request that is in order', () => {
  const publish = operations.publishMessage

  it('reaches the engine with an audit row open, which holds no content', async () => {
    const body = JSON.stringify({ body: { text: 'a secret of the customer' } })
    const error = await errorOf(await ask(publish, { body }))
    expect(error).toMatchObject({ status: 500, code: 'internal' })
    expect(error.message).not.toContain('reached')
    expect(runtime.auditLines).toMatchObject([{ verb: 'message.publish', target: 'd', outcome: 'failed' }])
    expect(JSON.stringify(runtime.auditLines)).not.toContain('customer')
  })

  it('is not done at all when the audit row cannot be written', async () => {
    runtime.audit.begin = () => Promise.reject(new Error('disk full'))
    let reached = false
    Object.assign(runtime, { commands: { publish: () => (reached = true) } })
    expect(await errorOf(await ask(publish, { body: '{"body":{"text":"x"}}' }))).toMatchObject({
      status: 500,
    })
    expect(reached).toBe(false)
  })

  it('says that an integer cannot be held, and does not round it', async () => {
    const error = await errorOf(await ask(publish, { body: '{"body":{"json":9007199254740993}}' }))
    expect(error).toMatchObject({ status: 400 })
    expect(error.message).toContain('9007199254740993')
  })

  it('may come from our own page', async () => {
    const headers = { ...json, origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' }
    expect(await errorOf(await ask(publish, { headers, body: '{"body":null}' }))).toMatchObject({
      status: 500,
    })
  })

  it('may not come from a foreign name that resolves here', async () => {
    const headers = { ...json, host: 'rebound.example:3000', origin: 'http://rebound.example:3000' }
    expect(await errorOf(await ask(publish, { headers, body: '{"body":null}' }))).toMatchObject({
      status: 403,
    })
  })
})

describe('signing in', () => {
  it('spends a token once, and the cookie then opens the API until it signs out', async () => {
    const { token: once } = await runtime.access.issueSignInToken()
    const body = JSON.stringify({ token: once })
    const headers = { 'content-type': 'application/json' }
    const response = await ask(operations.signIn, { headers, body })
    expect(response.status).toBe(200)
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^signalbox=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    expect(await errorOf(await ask(operations.signIn, { headers, body }))).toMatchObject({ status: 401 })
    const session = { ...headers, cookie: cookie.split(';', 1)[0] ?? '' }
    const me = await ask(operations.getMe, { headers: session })
    expect(await me.json()).toMatchObject({ actor: 'admin', via: 'session' })
    expect((await ask(operations.signOut, { headers: session })).status).toBe(200)
    expect(await errorOf(await ask(operations.getMe, { headers: session }))).toMatchObject({ status: 401 })
    expect(JSON.stringify(runtime.auditLines)).not.toContain(once)
  })

  it('is throttled after many failures', async () => {
    const headers = { 'content-type': 'application/json' }
    const tries = Array.from({ length: 31 }, (_, index) => JSON.stringify({ token: `guess-${index}` }))
    const statuses: number[] = []
    for (const body of tries) statuses.push((await ask(operations.signIn, { headers, body })).status)
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(401))
    expect(statuses[30]).toBe(429)
  })
})
