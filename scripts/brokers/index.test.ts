import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  describeInstance,
  killBroker,
  listInstances,
  pauseBroker,
  readInstance,
  removeBroker,
  restartBroker,
  resumeBroker,
  startBroker,
  stopBroker,
} from './index.ts'
import { isPortFree } from './ports.ts'
import { isAlive } from './processes.ts'
import { callRedis } from './redis.ts'
import { portOf } from './run.ts'
import { withLock } from './store.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'brokers-'))
})
afterAll(async () => {
  for (const instance of listInstances(root, 1)) await removeBroker(instance)
  rmSync(root, { recursive: true, force: true })
})

describe('a started server', () => {
  it('keeps ports and data over stop, kill and start, and is started once only', async () => {
    const first = await startBroker('redis', { dir: join(root, 'one') })
    const port = portOf(first.ports, 'redis')
    expect(first.version).toMatch(/^\d+\.\d+\.\d+$/)
    expect((await startBroker('redis', { dir: join(root, 'one') })).processes).toEqual(first.processes)

    await callRedis(port, ['set', 'kept', 'yes'])
    const stopped = await stopBroker(first)
    expect(describeInstance(stopped).state).toBe('stopped')
    await expect(callRedis(port, ['ping'])).rejects.toThrow('Connection refused')
    const again = await restartBroker(stopped)
    expect(again.ports).toEqual(first.ports)

    const killed = await killBroker(again)
    expect(again.processes.some(isAlive)).toBe(false)
    await restartBroker(killed)
    expect((await callRedis(port, ['get', 'kept'])).trim()).toBe('yes')
  })

  it('runs beside another of its kind and goes without a trace', async () => {
    const other = await startBroker('redis', { dir: join(root, 'two'), options: { password: 'secret' } })
    const one = readInstance(join(root, 'one'))
    expect(other.ports).not.toEqual(one?.ports)
    expect((await callRedis(portOf(other.ports, 'redis'), ['ping'])).trim()).toMatch(/^NOAUTH/)
    expect((await callRedis(portOf(other.ports, 'redis'), ['ping'], 'secret')).trim()).toBe('PONG')
    await removeBroker(other)
    expect(existsSync(other.dir)).toBe(false)
    expect(other.processes.some(isAlive)).toBe(false)
  })

  it('answers nothing while paused and goes on afterwards', async () => {
    const instance = describeInstance(join(root, 'one'))
    const port = portOf(instance.ports, 'redis')
    await pauseBroker(instance)
    const silence = AbortSignal.timeout(300)
    await expect(callRedis(port, ['ping'], undefined, silence)).rejects.toThrow()
    await resumeBroker(instance)
    expect((await callRedis(port, ['ping'])).trim()).toBe('PONG')
  })

  it('comes back after a crash that left a process and a record of a running state', async () => {
    const instance = describeInstance(join(root, 'one'))
    for (const owned of instance.processes) process.kill(owned.pid, 'SIGKILL')
    await expect.poll(() => describeInstance(instance).state).toBe('stopped')
    expect((await startBroker('redis', { dir: instance.dir })).state).toBe('running')
  })
})

describe('ports and locks', () => {
  it('sees a port that somebody listens on', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    expect(await isPortFree(address.port)).toBe(false)
    await new Promise((resolve) => server.close(resolve))
    expect(await isPortFree(address.port)).toBe(true)
  })

  it('lets one holder in at a time and takes over the lock of a dead process', async () => {
    const path = join(root, 'a.lock')
    writeFileSync(path, JSON.stringify({ pid: process.pid, startTicks: '1' }))
    let inside = 0
    let most = 0
    const work = async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setTimeout(resolve, 20))
      inside -= 1
    }
    await Promise.all([withLock(path, 5_000, work), withLock(path, 5_000, work), withLock(path, 5_000, work)])
    expect(most).toBe(1)
    expect(existsSync(path)).toBe(false)
  })
})
