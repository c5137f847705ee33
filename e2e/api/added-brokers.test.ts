import { chmodSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { sharedBroker } from '../support/brokers.ts'
import { Console } from '../support/console.ts'
import { openEvents } from '../support/events.ts'
import { CheckedApi } from './shapes/checked-api.ts'
import type { ErrorBody, Page } from './support.ts'

interface Broker {
  readonly id: string
  readonly label: string
  readonly kind: string
  readonly state: string
  readonly mode: string
  readonly environment: string
  readonly reason?: string
}
interface Settings {
  readonly source: string
  readonly locked: string | null
  readonly values: Readonly<Record<string, unknown>>
  readonly secrets: readonly string[]
  readonly yaml: string | null
}
interface Test {
  readonly ok: boolean
  readonly version: string | null
  readonly steps: readonly { readonly step: string; readonly state: string; readonly words?: string }[]
}

let server: Console
let api: CheckedApi
let raw: Redis
let address = ''
/** The password of the development user; stands nowhere else, so finding it anywhere is a leak. */
let password = ''
let username = ''

beforeAll(async () => {
  const { urls, ports, access } = await sharedBroker('redis')
  address = `127.0.0.1:${ports.redis}`
  username = access.aclUser ?? ''
  password = access.aclPassword ?? ''
  raw = new Redis(urls.redis ?? '')
  const listed = { id: 'listed', kind: 'redis', label: 'Listed', url: urls.acl ?? '' }
  server = new Console({
    brokers: [listed],
    settings: { sandbox: true },
    env: { SIGNALBOX_LOG_LEVEL: 'debug' },
  })
  await server.start()
  api = await CheckedApi.open(server)
})
afterAll(async () => {
  raw?.disconnect()
  await server?.remove()
})

const values = () => ({ layout: 'single', url: address, username, password })
const input = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  kind: 'redis',
  label: `Added ${id}`,
  environment: 'staging',
  values: values(),
  ...more,
})
const listen = () => openEvents(`${server.url}/api/v1/live`, { authorization: `Bearer ${server.token}` })
const isUp = (id: string) =>
  waitFor(async () => {
    const now = await api.get<Broker>(`/brokers/${id}`)
    return now.state === 'up' && now
  }, `${id} is up`)

test('says what each kind asks for', async () => {
  const { items } =
    await api.get<Page<{ kind: string; fields: { name: string; secret: boolean }[] }>>('/broker-kinds')
  expect(items.map(({ kind }) => kind)).toEqual(['rabbitmq', 'kafka', 'redis'])
  for (const { kind, fields } of items)
    expect(
      fields.some(({ secret }) => secret),
      kind,
    ).toBe(true)
})

test('a test tells its steps, keeps nothing, and does not touch the list', async () => {
  const good = await api.post<Test>('/broker-tests', { kind: 'redis', values: values() })
  expect(good).toMatchObject({ ok: true, version: expect.stringMatching(/^\d/) })
  expect(good.steps.map(({ step }) => step)).toEqual([
    'name',
    'tcp',
    'tls',
    'sign-in',
    'permissions',
    'version',
    'abilities',
  ])
  const bad = await api.post<Test>('/broker-tests', {
    kind: 'redis',
    values: { ...values(), password: 'not-it-77' },
  })
  expect(bad.ok).toBe(false)
  expect(bad.steps.find(({ state }) => state === 'failed')).toMatchObject({
    step: 'sign-in',
    words: expect.stringMatching(/WRONGPASS/),
  })
  expect((await api.get<Page<Broker>>('/brokers')).items.map(({ id }) => id)).toEqual(['listed', 'sandbox'])
})

test('the same settings can be had for the file, without the secret', async () => {
  const { yaml } = await api.post<{ yaml: string }>('/broker-yaml', input('draft'))
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what stands in a configuration
  expect(yaml).toContain('password: ${DRAFT_PASSWORD}')
  expect(yaml).toContain('environment: staging')
  expect(yaml).not.toContain(password)
})

test.each([
  ['no environment', { environment: undefined }, 'environment'],
  ['an unknown environment', { environment: 'unknown' }, 'environment'],
  ['an id that is none', { id: 'Shop Redis' }, 'id'],
  ['a missing address', { values: { layout: 'single' } }, 'values.url'],
  ['a password in the address', { values: { layout: 'single', url: 'redis://:s3cr3t-x@h' } }, 'values.url'],
  ['an unknown field', { values: { layout: 'single', url: 'h', nonsense: 'x' } }, 'values.nonsense'],
])('%s is 400 at its field', async (_, change, path) => {
  const answer = await api.send<ErrorBody>('POST', '/brokers', input('refused', change))
  expect(answer.status).toBe(400)
  const { issues } = answer.body.error.detail as { issues: { path: string }[] }
  expect(issues.map((issue) => issue.path)).toContain(path)
  expect(JSON.stringify(answer.body)).not.toContain('s3cr3t-x')
})

test('the sandbox cannot be added, and no id twice', async () => {
  expect((await api.send('POST', '/brokers', input('s', { kind: 'sandbox', values: {} }))).status).toBe(501)
  for (const id of ['listed', 'sandbox', 'found-redis'])
    expect(await api.send('POST', '/brokers', input(id))).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict' } },
    })
  const together = await Promise.all([1, 2, 3].map(() => api.send('POST', '/brokers', input('race'))))
  expect(together.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  await api.delete('/brokers/race', { confirm: 'Added race' })
})

test('an added broker is live at once, its lists within seconds, and every open page hears of it', async () => {
  await raw.xadd('added:orders', '*', 'body', 'hello')
  const stream = listen()
  await waitFor(async () => stream.events[0], 'hello')
  const made = await api.post<Broker>('/brokers', input('added'))
  expect(made).toMatchObject({ label: 'Added added', environment: 'staging', mode: 'read-write' })
  await isUp('added')
  await api.destination('added', 'added:orders')
  await waitFor(
    async () =>
      stream.events.some(({ event, data }) => event === 'broker' && (data as Broker).id === 'added'),
    'the stream tells of it',
  )
  stream.stop()
  expect((await api.get<Page<Broker>>('/brokers')).items.map(({ id }) => id)).toEqual([
    'listed',
    'sandbox',
    'added',
  ])
})

test('production is read-only unless it was chosen otherwise', async () => {
  const made = await api.post<Broker>('/brokers', input('prod', { environment: 'production' }))
  expect(made.mode).toBe('read-only')
  const changed = await api.patch<Broker>('/brokers/prod', { mode: 'read-write', label: 'Production' })
  expect(changed).toMatchObject({ mode: 'read-write', label: 'Production', environment: 'production' })
  const wrong = await api.send<ErrorBody>('DELETE', '/brokers/prod', { confirm: 'prod' })
  expect(wrong.status).toBe(400)
  const stream = listen()
  await waitFor(async () => stream.events[0], 'hello')
  await api.delete('/brokers/prod', { confirm: 'Production' })
  await waitFor(
    async () => stream.events.find(({ event }) => event === 'gone'),
    'the stream tells that it went',
  )
  stream.stop()
  expect((await api.send('GET', '/brokers/prod')).status).toBe(404)
  expect((await api.send('GET', '/brokers/prod/destinations')).status).toBe(404)
})

test('settings show everything but secrets, and can be copied into the file', async () => {
  const settings = await api.get<Settings>('/brokers/added/settings')
  expect(settings).toMatchObject({
    source: 'form',
    locked: null,
    values: { layout: 'single', url: address, username, tls: false },
    secrets: ['password'],
  })
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what stands in a configuration
  expect(settings.yaml).toContain('password: ${ADDED_PASSWORD}')
  const listed = await api.get<Settings>('/brokers/listed/settings')
  expect(listed).toMatchObject({
    source: 'file',
    locked: expect.stringMatching(/signalbox\.yaml/),
    secrets: ['password'],
  })
  expect(await api.get<Settings>('/brokers/sandbox/settings')).toMatchObject({
    source: 'built-in',
    yaml: null,
  })
})

test('a secret left blank stays while the address does, and never goes elsewhere', async () => {
  const { password: _, ...blank } = values()
  const kept = await api.patch<Broker>('/brokers/added', { values: { ...blank, bodyField: 'payload' } })
  expect(kept.id).toBe('added')
  await isUp('added')
  expect((await api.get<Settings>('/brokers/added/settings')).values.bodyField).toBe('payload')
  const test = { kind: 'redis', id: 'added', values: blank }
  expect((await api.post<Test>('/broker-tests', test)).ok).toBe(true)
  expect((await api.post<Test>('/broker-tests', { ...test, id: 'listed' })).ok).toBe(true)
  for (const [method, path, body] of [
    ['POST', '/broker-tests', { ...test, values: { ...blank, url: '127.0.0.1:9' } }],
    ['PATCH', '/brokers/added', { values: { ...blank, url: '127.0.0.1:9' } }],
  ] as const) {
    const answer = await api.send<ErrorBody>(method, path, body)
    expect(answer.status).toBe(400)
    expect(answer.body.error.detail).toMatchObject({ issues: [{ path: 'values.password' }] })
  }
})

test('what stands in signalbox.yaml, or is built in, is not changed here', async () => {
  for (const [id, label, reason] of [
    ['listed', 'Listed', 'from signalbox.yaml'],
    ['sandbox', 'Sandbox', 'built in'],
  ] as const) {
    for (const answer of [
      await api.send<ErrorBody>('PATCH', `/brokers/${id}`, { label: 'Other' }),
      await api.send<ErrorBody>('DELETE', `/brokers/${id}`, { confirm: label }),
    ]) {
      expect(answer.status).toBe(409)
      expect(answer.body.error.detail).toEqual({ reason })
    }
  }
  expect((await api.send('PATCH', '/brokers/nobody', { label: 'x' })).status).toBe(404)
  expect((await api.send('PATCH', '/brokers/added', {})).status).toBe(400)
})

test('it is not removed, and not changed, under a running replay', async () => {
  const [source, target] = ['added:dead', 'added:again']
  for (let i = 0; i < 50; i += 1) await raw.xadd(source, '*', 'body', `${i}`)
  await raw.xadd(target, '*', 'body', 'first')
  const from = await api.destination('added', source)
  const to = await api.destination('added', target)
  const run = await api.post<{ id: string }>('/replays', {
    broker: 'added',
    source: from.id,
    select: { all: true },
    target: { destination: to.id },
    rate: 1,
  })
  await api.post(`/replays/${run.id}/start`)
  await waitFor(
    async () => (await api.get<{ state: string }>(`/replays/${run.id}`)).state === 'running',
    'it runs',
  )
  for (const answer of [
    await api.send<ErrorBody>('DELETE', '/brokers/added', { confirm: 'Added added' }),
    await api.send<ErrorBody>('PATCH', '/brokers/added', { mode: 'read-only' }),
  ]) {
    expect(answer.status).toBe(409)
    expect(answer.body.error.detail).toMatchObject({ reason: 'replay', replay: run.id })
  }
  await api.post(`/replays/${run.id}/pause`)
  await waitFor(
    async () => (await api.get<{ state: string }>(`/replays/${run.id}`)).state === 'paused',
    'it is paused',
  )
  // A changed password is how many a paused run goes on; taking the broker away would strand it.
  await api.patch('/brokers/added', { label: 'Renamed' })
  expect((await api.send('DELETE', '/brokers/added', { confirm: 'Renamed' })).status).toBe(409)
  await api.post(`/replays/${run.id}/cancel`)
  await waitFor(
    async () => (await api.get<{ state: string }>(`/replays/${run.id}`)).state === 'cancelled',
    'it is cancelled',
  )
})

test('it is there again after a restart, and its secrets lie encrypted', async () => {
  await server.stop()
  await server.start()
  expect(await isUp('added')).toMatchObject({ label: 'Renamed' })
  const data = join(server.folder, 'data')
  expect(statSync(join(data, 'secrets.key')).mode & 0o777).toBe(0o600)
  await server.stop()
  const store = ['signalbox.db', 'signalbox.db-wal'].map((name) => {
    try {
      return readFileSync(join(data, name), 'latin1')
    } catch {
      return ''
    }
  })
  expect(store.join('')).toContain('Renamed')
  expect(store.join('')).not.toContain(password)
  await server.start()
})

test('without its key file it says so, and takes its settings again', async () => {
  await server.stop()
  const key = join(server.folder, 'data', 'secrets.key')
  renameSync(key, `${key}.lost`)
  await server.start()
  const lost = await api.get<Broker>('/brokers/added')
  expect(lost).toMatchObject({
    state: 'down',
    reason: expect.stringMatching(/secrets\.key is missing.*under Settings/),
  })
  expect((await api.send('GET', '/brokers/added/destinations')).status).toBe(503)
  expect(await api.get<Settings>('/brokers/added/settings')).toMatchObject({
    values: {},
    secrets: [],
    yaml: null,
  })
  expect((await api.send('PATCH', '/brokers/added', { label: 'x' })).status).toBe(400)
  await api.patch('/brokers/added', { values: values() })
  await isUp('added')
  rmSync(`${key}.lost`)
  chmodSync(key, 0o600)
  await api.delete('/brokers/added', { confirm: 'Renamed' })
  expect((await api.get<Page<Broker>>('/brokers')).items.map(({ id }) => id)).toEqual(['listed', 'sandbox'])
})

test('no answer, no audit row and no line of the log ever held the password', async () => {
  const texts = [
    server.log,
    JSON.stringify(await api.all('/audit')),
    JSON.stringify(await api.get('/brokers/listed/settings')),
    JSON.stringify(await api.get('/brokers')),
    JSON.stringify(await api.get('/settings')),
  ]
  for (const text of texts)
    for (const secret of [password, 'not-it-77', 's3cr3t-x']) expect(text).not.toContain(secret)
  const verbs = (await api.all<{ verb: string }>('/audit')).map(({ verb }) => verb)
  for (const verb of ['broker.test', 'broker.add', 'broker.change', 'broker.remove'])
    expect(verbs).toContain(verb)
})
