import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { Api } from './api.ts'

const root = resolve(import.meta.dirname, '../..')

export interface ConsoleOptions {
  /** Entries of `brokers` as a person would write them. */
  readonly brokers?: readonly Record<string, unknown>[]
  /** Other top-level keys of signalbox.yaml. */
  readonly settings?: Record<string, unknown>
  readonly env?: Record<string, string>
}

/** A console of the test's own: its own port, data folder and process, killed and started at will. */
export class Console {
  readonly folder = mkdtempSync(join(tmpdir(), 'signalbox-e2e-'))
  readonly token = 'end-to-end-test-token'
  readonly #options: ConsoleOptions
  #child: ChildProcess | null = null
  #port = 0

  constructor(options: ConsoleOptions = {}) {
    this.#options = options
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get api(): Api {
    return new Api(this.url, this.token)
  }

  get log(): string {
    return readFileSync(join(this.folder, 'console.log'), 'utf8')
  }

  /** Serves the last build, or builds; resolves when `/healthz` answers. The port stays the same over restarts. */
  async start(): Promise<void> {
    if (this.#port === 0) this.#port = await findFreePort()
    const { brokers, settings, env } = this.#options
    const config = {
      server: { port: this.#port, dataDir: join(this.folder, 'data'), token: this.token },
      ...settings,
      ...(brokers ? { brokers } : {}),
    }
    const file = join(this.folder, 'signalbox.yaml')
    writeFileSync(file, stringify(config))
    const output = openSync(join(this.folder, 'console.log'), 'a')
    this.#child = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: root,
      env: { ...process.env, SIGNALBOX_CONFIG: file, ...env },
      stdio: ['ignore', output, output],
    })
    await this.#waitUntilWell(this.#child)
  }

  /** SIGKILL, as a machine dies: nothing is tidied. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Stops politely; answers the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  async remove(): Promise<void> {
    await this.#end('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
    child.kill(signal)
    return ended
  }

  async #waitUntilWell(child: ChildProcess): Promise<void> {
    const until = Date.now() + 120_000
    while (Date.now() < until) {
      if (child.exitCode !== null) throw new Error(`The console ended with ${child.exitCode}:\n${this.log}`)
      const answer = await fetch(`${this.url}/healthz`).catch(() => null)
      if (answer?.ok) return
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`The console is not healthy after 120 s:\n${this.log}`)
  }
}

function findFreePort(): Promise<number> {
  return new Promise((done, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
