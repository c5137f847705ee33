import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrokerConnection, encodeRef, newCall } from '../brokers/contract/index.ts'
import { connectTo, optionsFor } from '../brokers/redis/testing/harness.ts'
import { openRaw } from '../brokers/redis/testing/raw.ts'
import { testBroker } from '../brokers/testing/test-brokers.ts'
import { callerWith } from '../messages/testing/fake-broker.ts'
import { openEngines } from './testing/open-engines.ts'

const caller = callerWith()
const call = () => newCall(30_000)
const stream = `commands.${process.pid}`
const id = encodeRef({ type: 'stream', name: stream, namespace: '0' })
const dyingConsole = fileURLToPath(new URL('./testing/killed-restorer.ts', import.meta.url))
let raw: Redis
let url: string
let connection: BrokerConnection
let directory: string

beforeAll(async () => {
  const instance = await testBroker('redis')
  url = instance.urls.redis ?? ''
  raw = openRaw(instance) as Redis
  connection = await connectTo(optionsFor(instance))
  directory = await mkdtemp(join(tmpdir(), 'signalbox-commands-'))
})
afterAll(async () => {
  await raw.del(stream)
  raw.disconnect()
  await connection.close()
  await rm(directory, { recursive: true })
})

describe('pending entries of a group', () => {
  it('are acknowledged into a backup, and stay in the stream', async () => {
    await raw.xgroup('CREATE', stream, 'workers', '0', 'MKSTREAM')
    const ids = [await raw.xadd(stream, '*', 'body', 'a'), await raw.xadd(stream, '*', 'body', 'b')].map(
      String,
    )
    await raw.xreadgroup('GROUP', 'workers', 'w1', 'STREAMS', stream, '>')
    const { commands, storage } = await openEngines(connection, directory)
    try {
      const input = {
        ids: ids.slice(0, 1),
        action: 'acknowledge' as const,
        confirm: stream,
        group: 'workers',
      }
      const { settled, backup } = await commands.settle('r', id, input, caller, call())
      expect(settled).toBe(1)
      const [message] = await Array.fromAsync(storage.backups.read(backup))
      expect(message).toMatchObject({ id: ids[0], headers: [{ name: 'body', value: 'a' }] })
      expect(await raw.xpending(stream, 'workers')).toMatchObject([1, ids[1], ids[1], [['w1', '1']]])
      expect(await raw.xlen(stream)).toBe(2)
      await expect(commands.settle('r', id, input, caller, call())).rejects.toMatchObject({
        code: 'conflict',
      })
    } finally {
      await storage.close()
      await raw.del(stream)
    }
  })
})

describe('a console killed while it restores', () => {
  it.each([
    [1, 'before', 0],
    [2, 'before', 100],
    [2, 'after', 200],
    [3, 'after', 250],
  ] as const)(
    'at window %i, %s it is sent: nothing is lost, nothing is sent again unasked',
    async (window, moment, there) => {
      for (let n = 0; n < 250; n += 1)
        await raw.xadd(stream, '*', 'n', String(n), 'body', Buffer.from([0, n, 255]))
      let { commands, storage } = await openEngines(connection, directory)
      const { backup } = await commands.purge('r', id, { confirm: stream }, caller, call())
      await storage.close()
      const args = [dyingConsole, url, directory, backup, String(window), moment]
      expect(spawnSync(process.execPath, args, { encoding: 'utf8' })).toMatchObject({
        signal: 'SIGKILL',
        stderr: '',
      })
      expect(await raw.xlen(stream)).toBe(there)
      ;({ commands, storage } = await openEngines(connection, directory))
      try {
        const inDoubt = window === 3 ? 50 : 100
        await expect(commands.restore(backup, caller, call())).rejects.toMatchObject({
          code: 'conflict',
          detail: { reason: 'in-doubt', confirmed: (window - 1) * 100, inDoubt },
        })
        expect(await raw.xlen(stream)).toBe(there)
        expect(await commands.restore(backup, caller, call())).toEqual({ restored: 250 })
        const entries = await raw.xrangeBuffer(stream, '-', '+')
        const seen = entries.map(([, fields]) => Number(String(fields[1])))
        expect(new Set(seen).size).toBe(250)
        expect(seen.length).toBe(moment === 'after' ? 250 + inDoubt : 250)
        await expect(commands.restore(backup, caller, call())).rejects.toMatchObject({ code: 'conflict' })
      } finally {
        await storage.close()
        await raw.del(stream)
      }
    },
  )
})
