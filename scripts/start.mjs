// Checks the configuration, builds if the sources changed, serves, and prints one address. Started through
// scripts/boot.mjs, which sees to Node 24 and the packages. `--dev` serves the development build.
import { writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, isBuildFresh } from './start-support/build.mjs'
import { choosePort } from './start-support/port.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const isDev = process.argv.includes('--dev')
const stopWithinMs = 10_000

/** One line a step, with its seconds. @template T @param {string} name @param {() => Promise<T>} work @param {(result: T) => string} toWords */
async function step(name, work, toWords) {
  const beganAt = performance.now()
  process.stdout.write(name.padEnd(8))
  try {
    const result = await work()
    const seconds = ((performance.now() - beganAt) / 1000).toFixed(1).padStart(5)
    process.stdout.write(`${seconds} s  ${toWords(result)}\n`)
    return result
  } catch (error) {
    process.stdout.write(' failed\n')
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(1)
  }
}

async function main() {
  process.env.NODE_ENV = isDev ? 'development' : 'production'
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  const { loadOrExit, publicUrl } = await import('./start-support/load.mjs')
  const config = loadOrExit(process.cwd())
  const { host, port: wanted, portIsDefault } = config.server
  const port = await choosePort(host, wanted, portIsDefault).catch((error) => {
    console.error(error.message)
    process.exit(1)
  })
  if (!isDev) {
    const fresh = isBuildFresh(root)
    await step('build', fresh ? async () => undefined : () => build(root), () =>
      fresh ? 'as built' : 'done',
    )
  }
  // The runtime reads the same configuration in this process; it is told the port that was free.
  process.env.SIGNALBOX_SERVER_PORT = String(port)
  const url = publicUrl(config.server, port)
  await step(
    'start',
    () => serve(host, port),
    () => `${config.file ?? 'no signalbox.yaml: the sandbox'}, listening on ${host}:${port}`,
  )
  // For `npm run sign-in`, which may run beside this process.
  writeFileSync(join(config.server.dataDir, 'address'), url)
  await announce(url, port)
}

/** Next in this process, quiet about addresses: a person needs one, and it carries the token. @param {string} host @param {number} port */
async function serve(host, port) {
  // Next would exit on SIGTERM before a run in flight is journalled.
  process.env.NEXT_MANUAL_SIG_HANDLE = 'true'
  if (!isDev)
    for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) process.on(signal, stop)
  const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  process.argv = [process.execPath, next, isDev ? 'dev' : 'start', root, '-H', host, '-p', String(port)]
  const { log } = console
  console.log = () => undefined
  try {
    await import(next)
    await waitUntilWell(host, port)
  } finally {
    console.log = log
  }
}

/** @param {string} host @param {number} port */
async function waitUntilWell(host, port) {
  const name =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  const until = Date.now() + 60_000
  while (Date.now() < until) {
    const answer = await fetch(`http://${name}:${port}/healthz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The server does not answer as healthy after 60 s; its log says why')
}

/** @returns {import('../server/runtime/contract.ts').Runtime | undefined} */
function runtimeHere() {
  return Reflect.get(globalThis, Symbol.for('signalbox.runtime'))
}

let isStopping = false
function stop() {
  if (isStopping) return
  isStopping = true
  setTimeout(() => process.exit(1), stopWithinMs).unref()
  const stopped = runtimeHere()?.stop() ?? Promise.resolve()
  stopped.then(
    () => process.exit(0),
    (error) => {
      console.error(error)
      process.exit(1)
    },
  )
}

/** The link of the first start, once; afterwards how to get another. @param {string} url @param {number} port */
async function announce(url, port) {
  const access = runtimeHere()?.access
  const isFirst = access !== undefined && !(await access.hasEverIssued())
  const lines = isFirst
    ? [
        `Open ${url}/sign-in?token=${(await access.issueSignInToken()).token}`,
        'The link works once, for 15 minutes.',
      ]
    : [`Open ${url}`, 'A new sign-in link: npm run sign-in']
  const server = process.env.SSH_CONNECTION?.split(' ')[2]
  if (server !== undefined) {
    lines.push(
      `From your own machine first: ssh -L ${port}:127.0.0.1:${port} ${userInfo().username}@${server}`,
    )
  }
  console.log(`\n${lines.map((line) => `  ${line}`).join('\n')}\n`)
}

await main()
