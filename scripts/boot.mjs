// Runs a script of this project under Node 24 with its dependencies in place, from a bare clone on any
// Node from 20 up: node scripts/boot.mjs scripts/start.mjs [arguments]. Builtins only.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const wantedMajor = 24
/**
 * V8 lets garbage pile up for hundreds of MB before it collects: with 10,000 queues 480 MB were resident and 55
 * in use. So bounded, 220 MB are, and replays are as fast (Node 24.21).
 */
const heapFlags = ['--max-semi-space-size=8', '--initial-old-space-size=64']
/**
 * The C library gives each thread room of its own and keeps what was freed there: with the sandbox alone 20 MB of
 * nothing stay resident. Two rooms for all (glibc; others do not know the name). Who set it knows better.
 */
const heapEnv = { MALLOC_ARENA_MAX: '2' }

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(message)
  process.exit(1)
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }> | null} */
function readLockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return null
  }
}

/**
 * Whether node_modules holds what the lock names, for a tree that was installed by hand: npm keeps a list of
 * what it put there. Packages for other platforms are absent rightly.
 */
function isInstalledAlike() {
  const wanted = readLockedPackages(join(root, 'package-lock.json'))
  const present = readLockedPackages(join(root, 'node_modules', '.package-lock.json'))
  if (!wanted || !present) return false
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || entry.optional || entry.link || present[path]?.version === entry.version,
  )
}

function installIfStale() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules', '.signalbox-installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  if (!existsSync(join(root, 'node_modules', '.package-lock.json')) || !isInstalledAlike()) install()
  writeFileSync(stamp, lock)
}

function install() {
  const beganAt = Date.now()
  process.stdout.write('install ')
  // NODE_ENV=production would leave out what the build needs.
  const args = ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-audit', '--no-fund']
  const npm = process.env.npm_execpath
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, encoding: 'utf8' })
    : spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' })
  if (result.status !== 0)
    refuse(`failed\n${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`)
  console.log(` ${((Date.now() - beganAt) / 1000).toFixed(1)} s  packages as locked`)
}

/** @returns {string} */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= wantedMajor) return process.execPath
  const bundled = join(root, 'node_modules', '.bin', 'node')
  if (existsSync(bundled)) return bundled
  return refuse(
    `Signalbox runs on Node ${wantedMajor}. None is packaged for ${process.platform}-${process.arch}: install it (https://nodejs.org) and start again; this is Node ${process.versions.node}.`,
  )
}

/** @param {string} node @param {string[]} args */
function runUnder(node, args) {
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`
  const isServer = args[0] === 'scripts/start.mjs'
  const flags = isServer ? heapFlags : []
  const child = spawn(node, [...flags, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...(isServer ? heapEnv : {}), ...process.env, PATH: path },
  })
  child.on('error', (error) => refuse(`${node}: ${error.message}`))
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

if (Number.parseInt(process.versions.node, 10) < 20) {
  refuse(
    `Signalbox needs Node 20 or newer to start; this is Node ${process.versions.node}. See https://nodejs.org`,
  )
}
const args = process.argv.slice(2)
if (args.length === 0) refuse('usage: node scripts/boot.mjs <script> [arguments]')
installIfStale()
runUnder(findNode(), args)
