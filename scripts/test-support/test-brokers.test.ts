import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startBroker } from '../brokers/index.ts'
import { findByToken, isAlive } from '../brokers/processes.ts'
import { createRun, describeRun, endRun, endStaleRuns } from './test-brokers.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runs-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('ends the servers and processes of a run, and nothing of anybody else', async () => {
  const run = createRun(root)
  const mine = await startBroker('redis', { dir: join(run.folder, 'redis') })
  const other = await startBroker('redis', { dir: join(root, 'kept', 'redis') })
  const env = { ...process.env, ...describeRun(run) }
  const stray = spawn('sleep', ['60'], { stdio: 'ignore', detached: true, env })
  const exit = once(stray, 'exit')

  expect(await endRun(run)).toEqual([`sleep (${stray.pid})`])
  await exit
  expect(findByToken(mine.token)).toEqual([])
  expect(other.processes.every(isAlive)).toBe(true)
  expect(existsSync(run.folder)).toBe(false)
  await endRun({ folder: join(root, 'kept'), token: 'none', bootId: '' })
})

it('ends what a killed run left, found by its folder alone', async () => {
  const left = await startBroker('redis', { dir: join(createRun(root).folder, 'redis') })
  expect(await endStaleRuns(root)).toBe(1)
  expect(left.processes.some(isAlive)).toBe(false)
  expect(readdirSync(root)).toEqual([])
})
