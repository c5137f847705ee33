import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'

const name = 'secrets.key'
const keyBytes = 32

export interface KeyFile {
  readonly path: string
  /** Null when there is none. Throws for a file that holds no key. */
  read(): Buffer | null
  /** Made once, readable by its owner alone, on disk before it is used. */
  readOrMake(): Buffer
}

/** The random key of one data directory, in a file of its own beside the store. */
export function openKeyFile(dataDir: string): KeyFile {
  const path = join(resolve(dataDir), name)

  function read(): Buffer | null {
    const text = readIfThere(path)
    if (text === null) return null
    const key = Buffer.from(text.trim(), 'base64')
    if (key.length !== keyBytes) throw new Error(`${path} holds no key of ${keyBytes} bytes`)
    // A copy or a backup may have opened it to others.
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
    return key
  }

  function make(): Buffer {
    const key = randomBytes(keyBytes)
    const file = openSync(path, 'wx', 0o600)
    try {
      writeSync(file, `${key.toString('base64')}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return key
  }

  return { path, read, readOrMake: () => read() ?? make() }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
