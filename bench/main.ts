import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './console.ts'
import { type BenchOptions, readOptions, usage } from './options.ts'
import { Place } from './place.ts'
import { describeResults } from './report.ts'
import { runBench } from './run.ts'

const docsFile = join(projectRoot, 'docs', 'benchmarks.md')
const resultsFile = join(projectRoot, 'bench', 'results.json')
const [begin, end] = ['<!-- measured: begin -->', '<!-- measured: end -->']

/** Measures, prints the tables, writes bench/results.json and, where asked, docs/benchmarks.md. */
async function main(options: BenchOptions): Promise<void> {
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => ending.abort(new Error(`stopped by ${signal}`)))
  const build = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: projectRoot, stdio: 'inherit' })
  if (build.status !== 0) throw new Error('The build failed')
  const beganAt = performance.now()
  const say = (line: string) => {
    const atSeconds = ((performance.now() - beganAt) / 1000).toFixed(0).padStart(5)
    console.error(`${atSeconds} s  ${line}`)
  }
  const place = await Place.open(ending.signal)
  try {
    const results = await Promise.race([runBench(place, options, say), stopped(ending.signal)])
    const tables = describeResults(results)
    writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`)
    if (options.writeDocs) writeDocs(tables)
    console.log(`\n${tables}`)
  } finally {
    say('ending what was started')
    await place.close()
  }
}

/** Rejects when the run shall end; what is under way then fails as its servers go. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

/** Between the marks stands what a run measured; the words around it are written by hand. */
function writeDocs(tables: string): void {
  const text = readFileSync(docsFile, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${docsFile} lacks the marks between which results go`)
  writeFileSync(docsFile, `${text.slice(0, from + begin.length)}\n${tables}\n${text.slice(to)}`)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(usage)
  else await main(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
// Clients of servers that are gone would keep trying.
process.exit()
