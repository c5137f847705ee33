import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { waitFor } from '../support/api.ts'
import { sharedBroker } from '../support/brokers.ts'

const root = resolve(import.meta.dirname, '../..')
const vhost = `demo-${process.pid}`

/** Where plain clients reach what this run of the demo uses. */
export interface Addresses {
  readonly amqp: string
  readonly management: string
  readonly vhost: string
  readonly kafka: string
  readonly redis: string
}

/** `npm run demo` on the brokers of the test run, each told a corner of its own: a vhost, database 9. */
export class Company {
  readonly folder = mkdtempSync(join(tmpdir(), 'signalbox-demo-'))
  readonly at: Addresses
  #child: ChildProcess | null = null
  #output = ''

  private constructor(at: Addresses) {
    this.at = at
  }

  static async open(): Promise<Company> {
    const [rabbitmq, kafka, redis] = await Promise.all(
      (['rabbitmq', 'kafka', 'redis'] as const).map((kind) => sharedBroker(kind)),
    )
    const { amqp = '', http = '' } = rabbitmq?.urls ?? {}
    const at = {
      amqp: `${amqp}/${vhost}`,
      management: http,
      vhost,
      kafka: kafka?.urls.plaintext ?? '',
      redis: `${redis?.urls.redis}/9`,
    }
    const company = new Company(at)
    await company.#manage('PUT')
    const brokers = {
      rabbitmq: { ...rabbitmq, urls: { ...rabbitmq?.urls, amqp: at.amqp } },
      kafka,
      redis: { ...redis, urls: { ...redis?.urls, redis: at.redis } },
    }
    writeFileSync(join(company.folder, 'brokers.json'), JSON.stringify(brokers), { mode: 0o600 })
    return company
  }

  get output(): string {
    return this.#output
  }

  /** Starts it, and resolves when everybody is at work. */
  async start(...options: string[]): Promise<void> {
    this.#output = ''
    const args = ['demo/main.ts', '--no-console', '--on', join(this.folder, 'brokers.json'), ...options]
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
      })
    // A killed one leaves its record behind: only that of this process counts.
    await waitFor(async () => this.#recordedPid === child.pid, 'the demo at work', 30_000)
  }

  /** Runs the same command beside it, as a person does in another terminal; answers what it printed. */
  async say(...options: string[]): Promise<string> {
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, ['demo/main.ts', ...options], {
      cwd: root,
      env: this.#env,
    })
    return stdout
  }

  /** Sends the signal and answers the exit code, null when the signal ended it. */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null) return child?.exitCode ?? null
    const ended = new Promise<number | null>((done) => child.once('exit', done))
    if (signal) child.kill(signal)
    return ended
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL')
    await this.#manage('DELETE')
    rmSync(this.folder, { recursive: true, force: true })
  }

  get #recordedPid(): number | null {
    const file = join(this.folder, 'demo', 'running.json')
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid : null
  }

  get #env(): NodeJS.ProcessEnv {
    return { ...process.env, SIGNALBOX_BROKERS_DIR: this.folder }
  }

  async #manage(method: 'PUT' | 'DELETE'): Promise<void> {
    const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`
    const url = `${this.at.management}/api/vhosts/${vhost}`
    const answer = await fetch(url, { method, headers: { authorization } })
    if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}`)
  }
}
