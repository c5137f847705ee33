import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, readStartTicks } from './processes.ts'
import type { BrokerInstance } from './types.ts'

/** All state of natively started servers lives here, never in the system's own folders. */
export const brokersRoot = resolve(import.meta.dirname, '../../.brokers')

const recordName = 'instance.json'

/** Writes a file so that a reader sees the old or the new text, never half of it. */
export function writeFileAtomic(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, path)
}

export function saveInstance(instance: BrokerInstance): void {
  mkdirSync(instance.dir, { recursive: true, mode: 0o700 })
  writeFileAtomic(join(instance.dir, recordName), `${JSON.stringify(instance, null, 2)}\n`)
}

/** The record of a folder, or null when the folder holds none. */
export function readInstance(dir: string): BrokerInstance | null {
  const path = join(dir, recordName)
  if (!existsSync(path)) return null
  return { ...(JSON.parse(readFileSync(path, 'utf8')) as BrokerInstance), dir: resolve(dir) }
}

/** Every recorded instance below the root, one folder level deep (test runs: two). */
export function listInstances(root: string = brokersRoot, depth = 2): BrokerInstance[] {
  if (!existsSync(root)) return []
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const dir = join(root, entry.name)
      const instance = readInstance(dir)
      if (instance !== null) return [instance]
      return depth > 1 ? listInstances(dir, depth - 1) : []
    })
}

/**
 * Runs `work` while holding a lock file; a lock left by a dead process is taken over.
 * @throws when a live process holds the lock for longer than `timeoutMs`
 */
export async function withLock<T>(path: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  mkdirSync(resolve(path, '..'), { recursive: true, mode: 0o700 })
  const self = JSON.stringify({ pid: process.pid, startTicks: readStartTicks(process.pid) })
  const end = Date.now() + timeoutMs
  while (!tryLock(path, self)) {
    if (Date.now() > end) throw new Error(`${path} is held by ${readLock(path)?.pid ?? 'another process'}`)
    await sleep(50)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

function tryLock(path: string, self: string): boolean {
  try {
    writeFileSync(path, self, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return breakStaleLock(path) && tryLock(path, self)
  }
}

/**
 * Deletes the lock of a dead process; true when it did. Only one contender may judge at a time: a
 * second one could delete the successor of the stale lock.
 */
function breakStaleLock(path: string): boolean {
  const judging = `${path}.judging`
  try {
    mkdirSync(judging)
  } catch {
    const since = statSync(judging, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - since > 5_000) rmSync(judging, { recursive: true, force: true })
    return false
  }
  const holder = readLock(path)
  // A lock without a readable holder is being written, or its writer died while writing.
  const writtenMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
  const isStale = holder === null ? Date.now() - writtenMs > 5_000 : !isAlive(holder)
  if (isStale) rmSync(path, { force: true })
  rmSync(judging, { recursive: true, force: true })
  return isStale
}

/** The process named in a lock file; null while it is being written or is gone. */
function readLock(path: string): { pid: number; startTicks: string } | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { pid: number; startTicks: string }
  } catch {
    return null
  }
}
