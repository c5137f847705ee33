import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { findByToken, isAlive, readBootId, readStartTicks, signalOwned, tokenVariable } from './processes.ts'

it('knows a process by pid and start time, and never signals another one with its pid', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const startTicks = readStartTicks(pid)
  if (startTicks === null) throw new Error('the child has no start time')
  const real = { pid, startTicks, role: 'sleep' }
  const earlier = { ...real, startTicks: String(Number(startTicks) - 1) }

  expect(isAlive(real)).toBe(true)
  expect(isAlive(earlier)).toBe(false)
  signalOwned(earlier, 'SIGKILL')
  expect(isAlive(real)).toBe(true)

  const exit = once(child, 'exit')
  signalOwned(real, 'SIGKILL')
  await exit
  expect(isAlive(real)).toBe(false)
})

it('finds the processes of a token, children of children included', async () => {
  const token = `test-${process.pid}-${Date.now()}`
  const env = { ...process.env, [tokenVariable]: token }
  const child = spawn('sh', ['-c', 'sleep 60 & wait'], { stdio: 'ignore', env })
  await once(child, 'spawn')
  await expect
    .poll(() =>
      findByToken(token)
        .map((owned) => owned.role)
        .sort(),
    )
    .toEqual(['sh', 'sleep'])
  expect(findByToken(`${token}-other`)).toEqual([])

  const exit = once(child, 'exit')
  for (const owned of findByToken(token)) signalOwned(owned, 'SIGKILL')
  await exit
  await expect.poll(() => findByToken(token)).toEqual([])
})

it('reads an id of this boot', () => {
  expect(readBootId()).toMatch(/^[0-9a-f-]{36}$/)
})
