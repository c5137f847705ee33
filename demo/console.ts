import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import type { BrokerInstance } from '../scripts/brokers/index.ts'
import { findByEnvironment, signalOwned, waitGone } from '../scripts/brokers/processes.ts'
import { writeFileAtomic } from '../scripts/brokers/store.ts'
import { build, isBuildFresh } from '../scripts/start-support/build.mjs'
import { consoleMark, demoFolder } from './place.ts'
import { arrivals, arrivalsDead } from './world/topology-redis.ts'

const root = resolve(import.meta.dirname, '..')
const configFile = join(demoFolder, 'signalbox.yaml')
const dataDir = join(demoFolder, 'data')
const logFile = join(demoFolder, 'console.log')

/** Beside the brokers, as both take their seconds. */
export async function ensureBuild(): Promise<string> {
  if (isBuildFresh(root)) return 'as built'
  await build(root)
  return 'done'
}

type Entry = Record<string, unknown>

/** The brokers as a team would write them into its signalbox.yaml. */
function entryOf({ kind, urls }: BrokerInstance): Entry {
  if (kind === 'rabbitmq')
    return {
      id: 'shop-rabbit',
      kind,
      label: 'Shop RabbitMQ',
      environment: 'staging',
      amqp: urls.amqp,
      management: urls.http?.replace('http://', 'http://guest:guest@'),
      prometheus: new URL(urls.prometheus ?? '').origin,
    }
  if (kind === 'kafka')
    return {
      id: 'shop-events',
      kind,
      label: 'Shop events',
      environment: 'staging',
      bootstrap: [urls.plaintext],
    }
  return {
    id: 'shop-redis',
    kind,
    label: 'Warehouse Redis',
    environment: 'development',
    url: urls.redis,
    bodyField: 'body',
    // Redis has no dead-letter queue: the team says which stream is one, and which field counts the attempts.
    deadLetters: [{ stream: arrivalsDead, origin: arrivals, attempts: 'attempts' }],
  }
}

export interface Console {
  /** Address with a sign-in token, good once. */
  readonly link: string
  stop(): Promise<void>
}

/** Starts the console as `npm start` does, on the demo's brokers, and waits until a person can sign in. */
export async function startConsole(brokers: readonly BrokerInstance[]): Promise<Console> {
  await endConsole()
  const settings = { server: { dataDir }, discover: false, sandbox: false, brokers: brokers.map(entryOf) }
  writeFileAtomic(configFile, stringify(settings))
  const addressFile = join(dataDir, 'address')
  rmSync(addressFile, { force: true })
  const log = openSync(logFile, 'w', 0o600)
  const child = spawn(process.execPath, ['scripts/boot.mjs', 'scripts/start.mjs'], {
    cwd: root,
    // Out of the terminal's group: Ctrl-C must reach the demo only, which ends the console last.
    detached: true,
    stdio: ['ignore', log, log],
    env: consoleEnvironment(),
  })
  closeSync(log)
  child.on('error', () => undefined)
  await waitForAddress(child, addressFile)
  return { link: await makeSignInLink(), stop: endConsole }
}

function consoleEnvironment(): NodeJS.ProcessEnv {
  // Warnings only: hours of requests would fill the log.
  return {
    SIGNALBOX_LOG_LEVEL: 'warn',
    ...process.env,
    SIGNALBOX_CONFIG: configFile,
    [consoleMark]: demoFolder,
  }
}

async function waitForAddress(child: ChildProcess, file: string): Promise<void> {
  const until = Date.now() + 120_000
  while (!existsSync(file)) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null
    if (hasEnded || Date.now() > until)
      throw new Error(`the console did not start:\n${readFileSync(logFile, 'utf8').slice(-4_000)}`)
    await sleep(100)
  }
}

async function makeSignInLink(): Promise<string> {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['scripts/sign-in.mjs'], {
    cwd: root,
    env: consoleEnvironment(),
  })
  return /^Open (\S+)$/m.exec(stdout)?.[1] ?? stdout
}

/** Ends the console of this demo, also one that a killed demo left. */
export async function endConsole(): Promise<void> {
  const left = findByEnvironment(consoleMark, demoFolder)
  for (const owned of left) signalOwned(owned, 'SIGTERM')
  if (await waitGone(left, 12_000)) return
  for (const owned of left) signalOwned(owned, 'SIGKILL')
  await waitGone(left, 2_000)
}
