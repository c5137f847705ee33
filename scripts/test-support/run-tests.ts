import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brokersRoot } from '../brokers/index.ts'
import { withLock } from '../brokers/store.ts'
import { ensurePackages } from '../setup.mjs'
import { readLogTail, runStep, type StepResult } from './run-step.ts'
import { listSteps, projectRoot, type Step, selectSteps } from './steps.ts'
import {
  createRun,
  describeRun,
  describeVersions,
  endRun,
  endStaleRuns,
  startTestBrokers,
  type TestRun,
} from './test-brokers.ts'

const resultFolder = join(projectRoot, 'test-results', 'steps')
const shownLogLines = 120

function printLine(name: string, verdict: string, seconds: number, detail = ''): void {
  console.log(
    `${name.padEnd(10)}${verdict.padEnd(8)}${seconds.toFixed(1).padStart(7)} s  ${detail}`.trimEnd(),
  )
}

/** Runs one of our own preparations as a step: its line, its seconds, its error. */
async function prepare<T>(
  name: string,
  work: () => T | Promise<T>,
  summarize: (value: T) => string,
): Promise<T> {
  const startedAt = Date.now()
  const seconds = () => (Date.now() - startedAt) / 1_000
  try {
    const value = await work()
    printLine(name, 'ok', seconds(), summarize(value))
    return value
  } catch (error) {
    printLine(name, 'FAILED', seconds())
    console.log(error instanceof Error ? error.message : String(error))
    throw error
  }
}

function report(result: StepResult): void {
  const { count } = result
  const tests =
    count === null ? '' : `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`
  printLine(
    result.name,
    result.ok ? 'ok' : 'FAILED',
    result.seconds,
    [tests, result.reason].filter(Boolean).join('; '),
  )
  if (!result.ok && result.reason !== 'stopped') {
    console.log(`${readLogTail(result.logFile, shownLogLines)}\n(all of it: ${result.logFile})`)
  }
}

/** A failed check, or tests that broke outside of a test, count as one failure. */
function countFailures(result: StepResult): number {
  if (result.ok) return 0
  return Math.max(1, result.count?.failed ?? 0)
}

function refuse(step: Step): StepResult {
  printLine(step.name, 'FAILED', 0, 'no brokers')
  return { name: step.name, ok: false, seconds: 0, count: null, reason: 'no brokers', logFile: '' }
}

/** System packages, then servers if a step asks for them; false when either cannot be had. */
async function prepareGround(steps: readonly Step[], run: TestRun, signal: AbortSignal): Promise<boolean> {
  try {
    await prepare('setup', () => ensurePackages(), String)
    if (steps.some((step) => step.needsBrokers)) {
      await prepare('brokers', () => startTestBrokers(run, signal), describeVersions)
    }
    return true
  } catch {
    return false
  }
}

async function runSteps(steps: readonly Step[], run: TestRun, signal: AbortSignal): Promise<StepResult[]> {
  const context = { logFolder: resultFolder, env: describeRun(run), signal }
  const hasGround = await prepareGround(steps, run, signal)
  const results: StepResult[] = []
  for (const step of steps) {
    if (signal.aborted) break
    if (step.needsBrokers && !hasGround) {
      results.push(refuse(step))
      continue
    }
    const result = await runStep(step, context)
    results.push(result)
    report(result)
  }
  return results
}

async function runAll(steps: readonly Step[], signal: AbortSignal): Promise<boolean> {
  const stale = await endStaleRuns()
  if (stale > 0) console.log(`ended the remains of ${stale} earlier run${stale === 1 ? '' : 's'}`)
  const run = createRun()
  let results: StepResult[] = []
  try {
    results = await runSteps(steps, run, signal)
  } finally {
    const left = await endRun(run)
    if (left.length > 0) console.log(`ended processes that the steps had left: ${left.join(', ')}`)
  }
  // No total for half a run: it could be taken for a green one.
  if (signal.aborted) {
    console.log(`stopped; ${results.filter((result) => result.ok).length} of ${steps.length} steps were done`)
    return false
  }
  const passed = results.reduce((sum, result) => sum + (result.count?.passed ?? 0), 0)
  const failed = results.reduce((sum, result) => sum + countFailures(result), 0)
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0
}

/** `npm test`: every step, all of them whatever fails; the exit code tells whether all passed. */
export async function runTests(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { only: { type: 'string' } } })
  const steps = selectSteps(listSteps(resultFolder), values.only)
  const stop = new AbortController()
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }
  for (const [signal, code] of Object.entries(codes)) {
    process.on(signal, () => {
      process.exitCode = code
      stop.abort()
    })
  }
  await withLock(join(brokersRoot, 'test.lock'), 0, async () => {
    const ok = await runAll(steps, stop.signal)
    if (!ok) process.exitCode ??= 1
  })
}
