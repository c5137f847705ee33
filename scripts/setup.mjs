// Installs the system programs that the tests and the native brokers need. Builtins only, so that it
// runs on any Node from 20 up, before anything else is there.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * @typedef {{ program: string, package: string, services?: string[], onlyFor?: string }} Need
 * @type {Need[]}
 */
export const needs = [
  {
    program: 'rabbitmq-server',
    package: 'rabbitmq-server',
    services: ['rabbitmq-server', 'epmd.socket', 'epmd'],
  },
  { program: 'redis-server', package: 'redis-server', services: ['redis-server'] },
  { program: 'redis-cli', package: 'redis-tools' },
  { program: 'java', package: 'default-jre-headless' },
  { program: 'mvn', package: 'maven' },
  { program: 'chromium', package: 'chromium' },
  { program: 'kcat', package: 'kcat', onlyFor: 'bench' },
]

const policyFile = '/usr/sbin/policy-rc.d'

/** @param {string} program @param {string} path */
function isInstalled(program, path) {
  const folders = [...path.split(delimiter), '/usr/bin', '/usr/sbin', '/usr/local/bin']
  if (folders.some((folder) => folder !== '' && existsSync(join(folder, program)))) return true
  const packaged = '/usr/lib/rabbitmq/lib'
  return program === 'rabbitmq-server' && existsSync(packaged) && readdirSync(packaged).length > 0
}

/**
 * The needs that are not met. `purposes` adds what only some commands use (`bench`).
 * @param {string[]} purposes
 */
export function findMissing(purposes = [], path = process.env.PATH ?? '') {
  return needs
    .filter((need) => need.onlyFor === undefined || purposes.includes(need.onlyFor))
    .filter((need) => !isInstalled(need.program, path))
}

/** What a person without root rights has to do. @param {Need[]} missing */
export function describeMissing(missing) {
  const programs = missing.map((need) => need.program).join(', ')
  const packages = missing.map((need) => need.package).join(' ')
  return [
    `missing: ${programs}`,
    'These packages come from your system. On Debian or Ubuntu run:',
    `  sudo apt-get update && sudo apt-get install --no-install-recommends ${packages}`,
    'The tests start their own copies on free ports; you may stop and disable the services of these packages.',
  ].join('\n')
}

/**
 * Runs `work` while no package may start or restart a service (policy-rc.d answering 101). A policy
 * of the user's is put back afterwards.
 * @template T @param {() => T} work
 * @returns {T}
 */
export function withoutServiceStarts(work, file = policyFile) {
  const kept = `${file}.kept-by-signalbox`
  // A kept file from a run that was killed is the user's own policy; the other one is ours.
  if (existsSync(file) && !existsSync(kept)) renameSync(file, kept)
  writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return work()
  } finally {
    rmSync(file, { force: true })
    if (existsSync(kept)) renameSync(kept, file)
  }
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const result = spawnSync(command, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  if (result.error !== undefined) throw new Error(`${command}: ${result.error.message}`)
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${result.stderr.trim()}`)
}

/** Keeps freshly installed services from starting at the next boot. @param {Need[]} installed */
function disableServices(installed) {
  for (const service of installed.flatMap((need) => need.services ?? [])) {
    for (const [command, ...args] of [
      ['systemctl', 'disable', service],
      ['update-rc.d', service, 'disable'],
    ]) {
      // Either tool may be absent, and not every service has a script for both.
      spawnSync(command ?? '', args, { stdio: 'ignore' })
    }
  }
}

/** Installs through apt-get; only packages that are absent, so that no present service is touched. @param {Need[]} missing */
export function installMissing(missing) {
  run('apt-get', ['update', '-q'])
  const packages = missing.map((need) => need.package)
  withoutServiceStarts(() =>
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', '--no-upgrade', ...packages]),
  )
  disableServices(missing)
}

/**
 * Makes sure that everything is there; returns a line to print.
 * @param {string[]} purposes
 * @throws when something is missing and cannot be installed, with a plain instruction
 */
export function ensurePackages(purposes = []) {
  const missing = findMissing(purposes)
  if (missing.length === 0) return 'all system packages are installed'
  const mayInstall = process.getuid?.() === 0 && isInstalled('apt-get', '/usr/bin')
  if (!mayInstall) throw new Error(describeMissing(missing))
  installMissing(missing)
  const left = findMissing(purposes)
  if (left.length > 0) throw new Error(describeMissing(left))
  return `installed ${missing.map((need) => need.package).join(' ')}`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const purposes = process.argv.slice(2).map((word) => word.replace(/^--/, ''))
    if (findMissing(purposes).length > 0) console.log('installing missing system packages')
    console.log(ensurePackages(purposes))
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
