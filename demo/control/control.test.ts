import { request } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { readOptions } from '../options.ts'
import type { Staff } from '../staff.ts'
import { applyChange, readChange } from './changes.ts'
import { Control } from './control.ts'
import { type Board, type ControlServer, openControlServer } from './server.ts'

let server: ControlServer | undefined
afterEach(() => server?.close())

const board: Board = {
  status: () => ({ rate: 20 }),
  change: async (body) => void readChange(body),
  stop: () => undefined,
}
const json = { 'content-type': 'application/json' }

it('lets in who has the token, from its own page only', async () => {
  server = await openControlServer(board)
  const { url } = server
  const { origin } = new URL(url)
  const post = (headers: Record<string, string>, to = url, body = '{}') =>
    fetch(new URL('change', to), { method: 'POST', headers, body }).then((answer) => answer.status)
  expect(await fetch(url).then((answer) => answer.status)).toBe(200)
  expect(await fetch(`${url}page.js`).then((answer) => answer.headers.get('content-type'))).toContain(
    'javascript',
  )
  expect(await fetch(`${url}status`).then((answer) => answer.json())).toEqual({ rate: 20 })
  expect(await fetch(origin).then((answer) => answer.status)).toBe(404)
  expect(await fetch(`${origin}/${'x'.repeat(32)}/status`).then((answer) => answer.status)).toBe(404)
  expect(await post(json)).toBe(200)
  expect(await post({ ...json, origin })).toBe(200)
  expect(await post({ ...json, origin: 'http://evil.test' })).toBe(403)
  expect(await post({ ...json, origin: 'null' })).toBe(403)
  expect(await post({ 'content-type': 'text/plain' })).toBe(404)
  expect(await post(json, `${origin}/guess/`)).toBe(404)
  expect(await post(json, url, '{"rate":"fast"}')).toBe(400)
  expect(await post(json, url, 'x'.repeat(100_000))).toBe(400)
})

it('refuses a name of another host, as a rebound DNS name would send it', async () => {
  server = await openControlServer(board)
  const ask = (host: string) =>
    new Promise((done, fail) => {
      request(`${server?.url}status`, { headers: { host } }, (answer) => done(answer.resume().statusCode))
        .on('error', fail)
        .end()
    })
  expect(await ask(new URL(server.url).host)).toBe(200)
  expect(await ask('evil.test')).toBe(403)
})

const staff = {
  workers: [{ name: 'payments' }],
  hire: async () => undefined,
  dismiss: async () => undefined,
} as unknown as Staff

it('changes rate and moods, and nothing when one name is wrong', async () => {
  const control = new Control(20)
  const { change } = readOptions(['--rate', '200', '--break', 'payments'])
  await applyChange(change, control, staff)
  expect([control.rate, control.moodOf('payments')]).toEqual([200, 'broken'])
  const wrong = readOptions(['--rate', '5', '--heal', 'payments', '--heal', 'nobody']).change
  await expect(applyChange(wrong, control, staff)).rejects.toThrow(
    'no worker called nobody; there are payments',
  )
  expect([control.rate, control.moodOf('payments')]).toEqual([200, 'broken'])
})

it.each([[['--rate', 'fast']], [['--brokers', 'sqs']], [['--purge']], [['--for', '-1']], [['--nonsense']]])(
  'refuses %j',
  (args) => {
    expect(() => readOptions(args)).toThrow()
  },
)

it('refuses a rate beyond its bounds', () => {
  expect(() => new Control(501)).toThrow('0 to 500')
  expect(() => new Control(Number.NaN)).toThrow('0 to 500')
})
