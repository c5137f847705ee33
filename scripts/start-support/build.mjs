import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folders = ['app', 'components', 'lib', 'public', 'server']
const files = [
  'instrumentation.ts',
  'next.config.js',
  'package-lock.json',
  'package.json',
  'postcss.config.mjs',
  'proxy.ts',
  'tsconfig.json',
]

/** What no build reads. @param {string} path */
const isTestSupport = (path) => /\.test\.tsx?$|[/\\]testing[/\\]/.test(path)

/** One digest of everything the build reads: an old build is never served after a pull. @param {string} root */
export function hashSources(root) {
  const hash = createHash('sha256')
  const inFolders = folders.flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !isTestSupport(join(entry.parentPath, entry.name)))
          .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      : [],
  )
  for (const file of [...inFolders, ...files].sort()) {
    if (!existsSync(join(root, file))) continue
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** @param {string} root */
export function isBuildFresh(root) {
  const stamp = join(root, '.next', 'signalbox-sources')
  if (!existsSync(stamp) || !existsSync(join(root, '.next', 'BUILD_ID'))) return false
  return readFileSync(stamp, 'utf8') === hashSources(root)
}

/**
 * Builds; a failure is tried once more without the old output, since Turbopack keeps a failed build in its
 * cache (Next 16.4). @param {string} root @throws with the build's own output
 */
export async function build(root) {
  const sources = hashSources(root)
  let result = await runBuild(root)
  if (!result.ok) {
    rmSync(join(root, '.next'), { recursive: true, force: true })
    result = await runBuild(root)
  }
  if (!result.ok) throw new Error(`The build failed:\n${result.output}`)
  writeFileSync(join(root, '.next', 'signalbox-sources'), sources)
}

/** @param {string} root @returns {Promise<{ ok: boolean, output: string }>} */
function runBuild(root) {
  const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  const env = { ...process.env, NODE_ENV: /** @type {const} */ ('production'), NEXT_TELEMETRY_DISABLED: '1' }
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () => child.kill('SIGTERM')
  process.once('exit', stop)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => {
      process.off('exit', stop)
      resolve({ ok: code === 0, output })
    })
  })
}
