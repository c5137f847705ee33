import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { inheritedEnvironment } from './processes.ts'

export interface RunOptions {
  signal?: AbortSignal
  env?: Record<string, string>
  cwd?: string
}

/** Runs a program to its end and resolves to its standard output; rejects with its error text. */
export function runProgram(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const settings = {
    encoding: 'utf8' as const,
    maxBuffer: 16 * 1024 * 1024,
    env: { ...inheritedEnvironment(), ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
  return new Promise((resolve, reject) => {
    execFile(command, args, settings, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else
        reject(
          new Error(`${command} failed: ${stderr.trim() || stdout.trim() || error.message}`, {
            cause: error,
          }),
        )
    })
  })
}

/** Absolute path of a program on PATH (or the system folders); null when not installed. */
function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/usr/local/bin']
  for (const folder of folders) {
    const path = join(folder, name)
    if (folder !== '' && existsSync(path)) return path
  }
  return null
}

/** As `findProgram`, but a missing program is an error that says what to do. */
export function requireProgram(name: string): string {
  const path = findProgram(name)
  if (path === null) throw new Error(`${name} is not installed: run "npm run setup"`)
  return path
}

/** True when something accepts connections on the loopback port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const finish = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.setTimeout(1_000, () => finish(false))
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}

/** The last lines of a log file, for error messages. */
export function readTail(path: string, lines = 15): string {
  if (!existsSync(path)) return ''
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}

/** The number of a named port; a name the recipe does not declare is a programming error. */
export function portOf(ports: Record<string, number>, name: string): number {
  const port = ports[name]
  if (port === undefined) throw new Error(`no port called ${name}`)
  return port
}
