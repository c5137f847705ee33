import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import type { Storage } from '../contract/index.ts'
import { backupMeta, hostileMessages } from '../testing/rows.ts'
import { collect, describeStorage } from '../testing/suite.ts'
import { durableOver, openDatabase, WriteAheadLog } from './database.ts'
import { openEvents } from './events.ts'
import { openStorage } from './open-storage.ts'

const millionRows = fileURLToPath(new URL('../testing/million-rows.ts', import.meta.url))
const opened: { storage: Storage; dir: string }[] = []
const children: ChildProcess[] = []

async function openFresh(): Promise<Storage> {
  return (await openIn(await mkdtemp(join(tmpdir(), 'signalbox-store-')))).storage
}
async function openIn(dir: string) {
  const entry = { storage: await openStorage(dir), dir }
  opened.push(entry)
  return entry
}
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const { storage, dir } of opened.splice(0)) {
    await storage.close()
    await rm(dir, { recursive: true, force: true })
  }
})

describeStorage('sqlite', openFresh)

describe('sqlite store on disk', () => {
  it('keeps a second server off the directory and lets a tool in', async () => {
    const { dir, storage } = await openIn(await mkdtemp(join(tmpdir(), 'signalbox-store-')))
    await expect(openStorage(dir)).rejects.toThrow(`in use by another Signalbox (process ${process.pid})`)
    const tool = await openStorage(dir, { role: 'tool' })
    await tool.access.addSignInToken('h', Date.now() + 1000)
    await tool.close()
    expect(await storage.access.hasSignInToken('h', Date.now())).toBe(true)
    await storage.close()
    await (await openStorage(dir)).close()
  })

  it('loses nothing it said was written when the process is killed', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'signalbox-store-'))
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('../testing/killed-writer.ts', import.meta.url)), dir],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    children.push(child)
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.split('\n').length > 30) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const promised = said.trim().split('\n').at(-1)?.split(' ').map(Number)
    const { storage } = await openIn(dir)
    const counts = await storage.replays.countStates('r')
    expect(counts.intent).toBeGreaterThanOrEqual(promised?.[0] ?? Number.NaN)
    const backup = (await storage.backups.list({ limit: 1 })).items[0]
    expect(backup?.state).toBe('partial')
    expect(backup?.messages).toBeGreaterThanOrEqual(promised?.[1] ?? Number.NaN)
    expect(await collect(storage.backups.read(backup?.id ?? ''))).toHaveLength(backup?.messages ?? -1)
  })

  it('cuts a torn last line off a backup and refuses one that was changed', async () => {
    const { dir, storage } = await openIn(await mkdtemp(join(tmpdir(), 'signalbox-store-')))
    const torn = await storage.backups.create(backupMeta, 1)
    await torn.append(hostileMessages)
    await appendFile(join(dir, 'backups', `${torn.id}.ndjson`), '{"id":"half')
    const changed = await storage.backups.create(backupMeta, 2)
    await changed.append(hostileMessages)
    await changed.finish('complete')
    const path = join(dir, 'backups', `${changed.id}.ndjson`)
    await writeFile(path, (await readFile(path, 'utf8')).replace('binary', 'BINARY'))
    await storage.close()
    const again = (await openIn(dir)).storage
    expect(await again.backups.get(torn.id)).toMatchObject({
      state: 'partial',
      messages: hostileMessages.length,
    })
    expect(await collect(again.backups.read(torn.id))).toEqual(hostileMessages)
    await expect(collect(again.backups.read(changed.id))).rejects.toThrow('differs from what was written')
  })

  it('streams a frozen list of a million rows in and out within a 40 MB heap', {
    timeout: 120_000,
  }, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'signalbox-store-'))
    const child = spawn(process.execPath, ['--max-old-space-size=40', millionRows, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const [code] = await once(child, 'close')
    await rm(dir, { recursive: true, force: true })
    expect([code, said.trim()]).toEqual([0, '1000000 rows in order'])
  })
})

describe('events', () => {
  it('go by age and by number, the oldest first', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'signalbox-store-'))
    const { storage } = await openIn(dir)
    await storage.close()
    const db = await openDatabase(join(dir, 'signalbox.db'))
    let nowMs = 1_000_000
    const events = openEvents(db, { now: () => nowMs, keptMs: 1000, maxRows: 3, tidyEvery: 1 })
    const add = (ms: number) =>
      events.add({ at: new Date(ms).toISOString(), kind: 'other', broker: null, text: String(ms) })
    const texts = async () => (await events.list({ limit: 9 })).items.map(({ text }) => text)
    for (const ms of [999_900, 999_500, 999_990, 999_950]) await add(ms)
    expect(await texts()).toEqual(['999990', '999950', '999900'])
    nowMs = 1_000_940
    await add(1_000_940)
    expect(await texts()).toEqual(['1000940', '999990', '999950'])
    await db.destroy()
  })
})

describe('a durable transaction', () => {
  it('is over only after a sync that began when it was committed', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'signalbox-store-'))
    const path = join(dir, 'one.db')
    const db = await openDatabase(path)
    const log = new WriteAheadLog(path)
    try {
      await sql`create table t (n integer)`.execute(db)
      const steps: string[] = []
      const durable = durableOver(async () => {
        const { rows } = await sql<{ n: number }>`select count(*) as n from t`.execute(db)
        steps.push(`sync of ${rows[0]?.n}`)
        await log.sync()
      })
      await durable(db, (tx) => sql`insert into t values (1)`.execute(tx)).then(() => steps.push('over'))
      await expect(durable(db, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
      expect(steps).toEqual(['sync of 1', 'over'])
      const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db)
      expect(rows).toEqual([{ synchronous: 2 }])
    } finally {
      await log.close()
      await db.destroy()
      await rm(dir, { recursive: true, force: true })
    }
  })

  it('shares a sync with others, but never one that was under way before it', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'signalbox-store-'))
    await writeFile(join(dir, 'x-wal'), '')
    const log = new WriteAheadLog(join(dir, 'x'))
    const first = log.sync()
    await Promise.resolve()
    await Promise.resolve()
    const [second, third] = [log.sync(), log.sync()]
    expect(second).toBe(third)
    expect(second).not.toBe(first)
    await Promise.all([first, second])
    await log.close()
    await rm(dir, { recursive: true, force: true })
  })
})
