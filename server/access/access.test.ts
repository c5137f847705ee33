import { beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../config/secret.ts'
import { createMemoryAccess } from '../http/testing/fake-runtime.ts'
import { createAccess } from './access.ts'
import { readCookie } from './cookie.ts'
import { isTrustedOrigin } from './origin.ts'

const minute = 60_000
let nowMs = 0
beforeEach(() => {
  nowMs = 1_000_000
})

function open(publicUrl: string | null = null) {
  const serverToken = new Secret('configured')
  return createAccess({ repository: createMemoryAccess(), serverToken, publicUrl, now: () => nowMs })
}
const withCookie = (cookie: string) => new Headers({ cookie: cookie.split(';', 1)[0] ?? '' })

describe('a sign-in token', () => {
  test('is good for 15 minutes and not a moment longer', async () => {
    const access = open()
    const [one, other] = [await access.issueSignInToken(), await access.issueSignInToken()]
    nowMs += 15 * minute - 1
    expect(await access.signIn(one.token)).not.toBeNull()
    nowMs += 1
    expect(await access.signIn(other.token)).toBeNull()
  })

  test('is spent once, even by two at the same time', async () => {
    const access = open()
    const { token } = await access.issueSignInToken()
    const both = await Promise.all([access.signIn(token), access.signIn(token)])
    expect(both.filter((one) => one !== null)).toHaveLength(1)
    expect(await access.signIn(token)).toBeNull()
  })

  test('cannot be guessed for long: 30 failures a minute, then nobody comes in', async () => {
    const access = open()
    const { token } = await access.issueSignInToken()
    for (let i = 0; i < 30; i += 1) expect(await access.signIn(`guess ${i}`)).toBeNull()
    await expect(access.signIn(token)).rejects.toMatchObject({ code: 'throttled' })
    nowMs += minute
    expect(await access.signIn(token)).not.toBeNull()
  })
})

describe('a session', () => {
  test('opens with its cookie, ends after 12 hours or by signing out', async () => {
    const access = open()
    const signIn = async () =>
      withCookie((await access.signIn((await access.issueSignInToken()).token))?.cookie ?? '')
    const [short, long] = [await signIn(), await signIn()]
    expect(await access.authenticate(short)).toMatchObject({ actor: 'admin', via: 'session' })
    expect((await access.signOut(short)).cookie).toContain('Max-Age=0')
    expect(await access.authenticate(short)).toBeNull()
    nowMs += 12 * 60 * minute - 1
    expect(await access.authenticate(long)).not.toBeNull()
    nowMs += 1
    expect(await access.authenticate(long)).toBeNull()
  })

  test('has a strict cookie; bound to its host on https', async () => {
    const cookieAt = async (url: string | null) => {
      const access = open(url)
      return (await access.signIn((await access.issueSignInToken()).token))?.cookie ?? ''
    }
    const plain = await cookieAt(null)
    expect(plain).toMatch(/^signalbox=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/)
    const secure = await cookieAt('https://queues.example')
    expect(secure).toMatch(/^__Host-signalbox=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; .*; Secure$/)
  })

  test('is read from our cookie alone', () => {
    const style = { secure: false, name: 'signalbox' }
    expect(readCookie(style, 'other=1; signalbox=abc; signalbox-x=2')).toBe('abc')
    expect(readCookie(style, 'signalbox=')).toBeNull()
    expect(readCookie(style, 'xsignalbox=abc')).toBeNull()
    expect(readCookie(style, null)).toBeNull()
  })
})

describe('a bearer token', () => {
  test.each([
    ['Bearer configured', true],
    ['bearer  configured ', true],
    ['Bearer configured2', false],
    ['Bearer', false],
    ['configured', false],
    ['Basic configured', false],
    ['Bearer configured extra', false],
  ])('%s: %s', async (authorization, isGood) => {
    expect((await open().authenticate(new Headers({ authorization }))) !== null).toBe(isGood)
  })

  test('that is bad never falls back to a good cookie', async () => {
    const access = open()
    const { token } = await access.issueSignInToken()
    const headers = withCookie((await access.signIn(token))?.cookie ?? '')
    headers.set('authorization', 'Bearer wrong')
    expect(await access.authenticate(headers)).toBeNull()
  })

  test('does not exist when none is configured', async () => {
    const access = createAccess({
      repository: createMemoryAccess(),
      serverToken: null,
      publicUrl: null,
      now: () => nowMs,
    })
    expect(await access.authenticate(new Headers({ authorization: 'Bearer null' }))).toBeNull()
  })
})

describe('a write is trusted', () => {
  const request = (headers: Record<string, string>) => new Request('http://127.0.0.1:3000/', { headers })
  const host = 'localhost:3000'
  test.each<[string, Record<string, string>, string | null, boolean]>([
    ['from a program', { host }, null, true],
    ['from our loopback page', { host, origin: 'http://localhost:3000' }, null, true],
    ['from our configured page', { host, origin: 'https://q.example' }, 'https://q.example/x', true],
    ['not from another port', { host, origin: 'http://localhost:3001' }, null, false],
    ['not from a file or a sandboxed frame', { host, origin: 'null' }, null, false],
    [
      'not from a name rebound to loopback',
      { host: 'evil.example', origin: 'http://evil.example' },
      null,
      false,
    ],
    ['not when the browser says cross-site', { host, 'sec-fetch-site': 'cross-site' }, null, false],
    ['not from a sibling host', { host, 'sec-fetch-site': 'same-site' }, null, false],
    ['when the browser says same-origin', { host, 'sec-fetch-site': 'same-origin' }, null, true],
  ])('%s', (_, headers, publicUrl, isTrusted) => {
    expect(isTrustedOrigin(request(headers), publicUrl)).toBe(isTrusted)
  })
})
