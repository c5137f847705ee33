import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createSealer, SealError } from './sealer.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'signalbox-seal-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const keyFile = () => join(dir, 'secrets.key')

it('opens what it sealed, also after a restart, and shows nothing of it', () => {
  const text = '{"password":"pässwörd \\u0000 \\n"}'
  const sealed = createSealer(dir).seal(text, 'redis shop')
  expect(sealed).not.toContain('password')
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('password')
  expect(createSealer(dir).open(sealed, 'redis shop')).toBe(text)
})

it('makes the key once, for the owner alone, and closes it again when it was opened to others', () => {
  const sealer = createSealer(dir)
  const sealed = sealer.seal('x', 'c')
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
  const key = readFileSync(keyFile(), 'utf8')
  expect(Buffer.from(key, 'base64')).toHaveLength(32)
  chmodSync(keyFile(), 0o644)
  sealer.seal('y', 'c')
  expect(readFileSync(keyFile(), 'utf8')).toBe(key)
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
  expect(sealer.open(sealed, 'c')).toBe('x')
})

it('never writes the same text the same way', () => {
  const sealer = createSealer(dir)
  expect(new Set(Array.from({ length: 50 }, () => sealer.seal('x', 'c'))).size).toBe(50)
})

it('opens nothing for another broker, and nothing that was changed', () => {
  const sealer = createSealer(dir)
  const sealed = sealer.seal('{"a":1}', 'redis shop')
  expect(() => sealer.open(sealed, 'redis other')).toThrow(SealError)
  const parts = sealed.split('.')
  for (const at of [1, 2, 3]) {
    const part = parts[at] ?? ''
    const flipped = (part.startsWith('A') ? 'B' : 'A') + part.slice(1)
    expect(() => sealer.open(parts.with(at, flipped).join('.'), 'redis shop')).toThrow(SealError)
  }
  for (const broken of ['', 'v1', 'v2.a.b.c', sealed.slice(3), `${parts.slice(0, 3).join('.')}`])
    expect(() => sealer.open(broken, 'redis shop')).toThrow(SealError)
})

it('says that the key is lost, and does not make another to open with', () => {
  const sealed = createSealer(dir).seal('x', 'c')
  rmSync(keyFile())
  expect(() => createSealer(dir).open(sealed, 'c')).toThrow(/secrets\.key is missing/)
  createSealer(dir).seal('new', 'c')
  expect(() => createSealer(dir).open(sealed, 'c')).toThrow(/not the one/)
  writeFileSync(keyFile(), 'short')
  expect(() => createSealer(dir).seal('x', 'c')).toThrow(/holds no key/)
})
