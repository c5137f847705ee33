import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeMissing, findMissing, needs, withoutServiceStarts } from './setup.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('withoutServiceStarts', () => {
  it('answers 101 to service starts while it runs and leaves nothing behind', () => {
    const policy = join(folder, 'policy-rc.d')
    const during = withoutServiceStarts(() => readFileSync(policy, 'utf8'), policy)
    expect(during).toContain('exit 101')
    expect(existsSync(policy)).toBe(false)
  })

  it("puts the user's own policy back, also after an error and after a killed run", () => {
    const policy = join(folder, 'policy-rc.d')
    writeFileSync(policy, 'mine')
    chmodSync(policy, 0o755)
    const fail = () => {
      throw new Error('apt failed')
    }
    expect(() => withoutServiceStarts(fail, policy)).toThrow('apt failed')
    expect(readFileSync(policy, 'utf8')).toBe('mine')

    // As a kill in the middle leaves it: ours in place, the user's set aside.
    writeFileSync(`${policy}.kept-by-signalbox`, 'mine')
    writeFileSync(policy, '#!/bin/sh\nexit 101\n')
    withoutServiceStarts(() => undefined, policy)
    expect(readFileSync(policy, 'utf8')).toBe('mine')
  })
})

describe('findMissing', () => {
  it('finds a program on the given path and asks for bench tools only when told', () => {
    mkdirSync(join(folder, 'bin'))
    for (const need of needs) writeFileSync(join(folder, 'bin', need.program), '')
    expect(findMissing(['bench'], join(folder, 'bin'))).toEqual([])
    const benchOnly = needs.filter((need) => need.onlyFor === 'bench').map((need) => need.program)
    expect(benchOnly).toEqual(['kcat'])
  })

  it('says plainly what to install', () => {
    const text = describeMissing(needs.slice(0, 2))
    expect(text).toContain('missing: rabbitmq-server, redis-server')
    expect(text).toContain('apt-get install --no-install-recommends rabbitmq-server redis-server')
  })
})
