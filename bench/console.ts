import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { Api } from './api.ts'
import type { Place } from './place.ts'

export const projectRoot = resolve(import.meta.dirname, '..')
export const token = 'bench-token-of-one-run'

export interface RunningConsole {
  readonly api: Api
  readonly url: string
  /** The file that holds what it printed. */
  readonly log: string
  /** The process that serves, not the ones that started it. */
  readonly pid: number
  /** From the command to the first good answer of /healthz. */
  readonly readyMs: number
  stop(): Promise<void>
}

interface ConsoleOptions {
  readonly name: string
  /** As in signalbox.yaml; without any the console has its sandbox. */
  readonly brokers: readonly Record<string, unknown>[]
  /** The whole way a person starts it, or the server alone. */
  readonly command: 'npm start' | 'server'
}

/** Serves the build as it stands, with a configuration and a data folder of its own on disk. */
export async function startConsole(place: Place, options: ConsoleOptions): Promise<RunningConsole> {
  const folder = join(place.folder, `console-${options.name}`)
  mkdirSync(folder)
  const port = await findFreePort()
  const file = join(folder, 'signalbox.yaml')
  const server = { port, dataDir: join(folder, 'data'), token }
  const { brokers } = options
  writeFileSync(file, stringify({ server, ...(brokers.length > 0 ? { brokers } : { discover: false }) }))
  const output = openSync(join(folder, 'console.log'), 'a')
  const [command, ...args] =
    options.command === 'npm start'
      ? ['npm', 'start']
      : [process.execPath, 'scripts/boot.mjs', 'scripts/start.mjs']
  const startedAt = performance.now()
  const child = spawn(command ?? '', args, {
    cwd: projectRoot,
    env: { ...process.env, SIGNALBOX_CONFIG: file, ...profiling() },
    stdio: ['ignore', output, output],
    // A group of its own: npm does not hand every signal on.
    detached: true,
  })
  const stop = () => end(child)
  place.onEnd(stop)
  const url = `http://127.0.0.1:${port}`
  await waitUntilWell(url, child, place.signal, join(folder, 'console.log'))
  return {
    api: new Api(url, token),
    url,
    log: join(folder, 'console.log'),
    pid: lastOf(child),
    readyMs: performance.now() - startedAt,
    stop,
  }
}

/** `SIGNALBOX_BENCH_PROFILE=<folder>` lets every console write a processor profile there when it stops. */
function profiling(): Record<string, string> {
  const target = process.env.SIGNALBOX_BENCH_PROFILE
  return target ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(target)}` } : {}
}

async function waitUntilWell(
  url: string,
  child: ChildProcess,
  signal: AbortSignal,
  log: string,
): Promise<void> {
  for (const until = Date.now() + 120_000; Date.now() < until; await sleep(20)) {
    signal.throwIfAborted()
    if (child.exitCode !== null) break
    const answer = await fetch(`${url}/healthz`).catch(() => null)
    if (answer?.ok) return
  }
  throw new Error(`The console did not get ready:\n${readFileSync(log, 'utf8').slice(-4000)}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  signalGroup(child.pid, 'SIGTERM')
  const isLate = await Promise.race([ended.then(() => false), sleep(12_000, true, { ref: false })])
  if (isLate) signalGroup(child.pid, 'SIGKILL')
  await ended
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}

/** The innermost process: npm starts node, which starts the server under Node 24. */
function lastOf(child: ChildProcess): number {
  let pid = child.pid ?? 0
  for (;;) {
    const next = childrenOf(pid)[0]
    if (next === undefined) return pid
    pid = next
  }
}

function childrenOf(pid: number): number[] {
  const found: number[] = []
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim()
    if (text !== '') found.push(...text.split(' ').map(Number))
  }
  return found
}

export async function findFreePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((done, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
