import { connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../support/api.ts'
import { sharedBroker } from '../support/brokers.ts'
import { Console } from '../support/console.ts'
import { CheckedApi } from './shapes/checked-api.ts'
import type { ErrorBody, Page } from './support.ts'

interface Broker {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly mode: string
  readonly environment: string
  readonly discovered: boolean
  readonly reason?: string
}

/** The standard port of Redis, with the real server behind it: counts what is said to it. */
let bytesHeard = 0
let door: Server | null = null
const server = new Console({ settings: { discover: true, sandbox: true } })
let api: CheckedApi

beforeAll(async () => {
  const { ports } = await sharedBroker('redis')
  door = await openDoor(6379, ports.redis ?? 0)
  await server.start()
  api = await CheckedApi.open(server)
})
afterAll(async () => {
  await server.remove()
  door?.close()
})

/** Null when something listens there already: then that is what is found. */
function openDoor(port: number, behind: number): Promise<Server | null> {
  const listener = createServer((guest) => {
    const host = connect(behind, '127.0.0.1')
    guest.on('data', (chunk) => {
      bytesHeard += chunk.length
      host.write(chunk)
    })
    host.on('data', (chunk) => guest.write(chunk))
    for (const [one, other] of [
      [guest, host],
      [host, guest],
    ] as const) {
      one.on('close', () => other.destroy())
      one.on('error', () => other.destroy())
    }
  })
  return new Promise((done) => {
    listener.once('error', () => done(null))
    listener.listen(port, '127.0.0.1', () => done(listener))
  })
}

const redis = async () => (await api.get<Page<Broker>>('/brokers')).items.find((one) => one.kind === 'redis')

test('a broker on its standard port is listed as found, and nothing is said to it', async () => {
  const found = await waitFor(redis, 'a found Redis')
  expect(found).toMatchObject({
    state: 'found',
    discovered: true,
    mode: 'read-only',
    environment: 'unknown',
  })
  expect(found.reason).toMatch(/found on .*:6379, not connected/)
  const lists = await api.send<ErrorBody>('GET', `/brokers/${found.id}/destinations`)
  expect(lists).toMatchObject({ status: 503, body: { error: { code: 'broker_unreachable' } } })
  await new Promise((done) => setTimeout(done, 1_000))
  expect(bytesHeard).toBe(0)
})

test('its form is prefilled with where it is; added by form, its row goes, and comes back with its removal', async () => {
  if (!door) return
  const found = await waitFor(redis, 'a found Redis')
  const settings = await api.get<Record<string, unknown>>(`/brokers/${found.id}/settings`)
  expect(settings).toMatchObject({
    source: 'found',
    environment: 'unknown',
    values: { layout: 'single', url: '127.0.0.1:6379', tls: false },
    secrets: [],
  })
  expect((await api.send('PATCH', `/brokers/${found.id}`, { label: 'x' })).status).toBe(409)
  const values = { layout: 'single', url: 'localhost' }
  await api.post('/brokers', { id: 'mine', kind: 'redis', environment: 'development', values })
  const kinds = async () => (await api.get<Page<Broker>>('/brokers')).items.map(({ id }) => id)
  expect(await kinds()).not.toContain(found.id)
  await api.delete('/brokers/mine', { confirm: 'mine' })
  expect(await kinds()).toContain(found.id)
})

test('a person connects it: read-only, and its environment as chosen', async () => {
  if (!door) return
  const found = await waitFor(redis, 'a found Redis')
  const path = `/brokers/${found.id}/connect`
  expect((await api.send('POST', path, { mode: 'everything' })).status).toBe(400)
  const connected = await api.post<Broker>(path, { environment: 'staging' })
  expect(connected).toMatchObject({ mode: 'read-only', environment: 'staging', discovered: true })
  const up = await waitFor(async () => {
    const now = await redis()
    return now?.state === 'up' && now
  }, 'it is up')
  expect(up).toMatchObject({ discovered: true })
  expect(bytesHeard).toBeGreaterThan(0)
  expect((await api.get<Page<unknown>>(`/brokers/${found.id}/destinations`)).items).toBeDefined()
  const again = await api.send<ErrorBody>('POST', path, {})
  expect(again).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } })
  const nobody = await api.send('POST', '/brokers/nobody/connect', {})
  expect(nobody.status).toBe(404)
})

test('it stays connected over a restart', async () => {
  if (!door) return
  await server.stop()
  await server.start()
  await waitFor(async () => (await redis())?.state === 'up', 'it is up again')
  expect(await redis()).toMatchObject({ environment: 'staging', mode: 'read-only' })
})
