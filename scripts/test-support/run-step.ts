import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isGroupAlive } from '../brokers/processes.ts'
import { readCount, type TestCount } from './count-tests.ts'
import { projectRoot, type Step } from './steps.ts'

export interface StepResult {
  name: string
  ok: boolean
  seconds: number
  count: TestCount | null
  /** Why it failed, in a few words; empty when it passed. */
  reason: string
  logFile: string
}

export interface StepContext {
  logFolder: string
  env: Record<string, string>
  signal: AbortSignal
}

/** The environment of a step: the project's own programs first, nothing that would steer the app. */
function makeEnvironment(step: Step, context: StepContext): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...context.env, ...step.env }
  // A caller's production mode or port would change what is tested.
  for (const name of ['NODE_ENV', 'PORT', 'HOST', 'NODE_OPTIONS']) delete env[name]
  env.PATH = [join(projectRoot, 'node_modules/.bin'), env.PATH ?? ''].join(delimiter)
  env.NEXT_TELEMETRY_DISABLED = '1'
  env.NO_COLOR = '1'
  delete env.FORCE_COLOR
  return env
}

/** Ends a whole process group: politely, then by force. */
async function endGroup(pid: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isGroupAlive(pid)) return
    try {
      process.kill(-pid, signal)
    } catch {
      return
    }
    for (let waited = 0; waited < 5_000 && isGroupAlive(pid); waited += 50) await sleep(50)
  }
}

/** Runs the program once; resolves to the reason of its failure, or to '' when it succeeded. */
function runOnce(step: Step, context: StepContext, logFile: string): Promise<string> {
  const log = openSync(logFile, 'a')
  const limit = AbortSignal.timeout(step.limitMs)
  const stop = AbortSignal.any([limit, context.signal])
  const child = spawn(step.command, step.args, {
    cwd: projectRoot,
    // A group of its own, so that all of its children can be ended with it.
    detached: true,
    stdio: ['ignore', log, log],
    env: makeEnvironment(step, context),
  })
  closeSync(log)
  return new Promise((resolve) => {
    let ending: Promise<void> | undefined
    const end = () => {
      if (child.pid !== undefined) ending ??= endGroup(child.pid)
    }
    stop.addEventListener('abort', end, { once: true })
    if (stop.aborted) end()
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => {
      stop.removeEventListener('abort', end)
      const reason = describeExit({ code, signal, limit, step, context })
      // Whatever the program left running in its group ends with it.
      end()
      void (ending ?? Promise.resolve()).then(() => resolve(reason))
    })
  })
}

interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  limit: AbortSignal
  step: Step
  context: StepContext
}

function describeExit({ code, signal, limit, step, context }: Exit): string {
  if (context.signal.aborted) return 'stopped'
  if (limit.aborted) return `not done after ${step.limitMs / 60_000} minutes`
  if (signal !== null) return `ended by ${signal}`
  return code === 0 ? '' : `exit code ${code}`
}

function judge(step: Step, reason: string, count: TestCount | null): string {
  if (step.results === undefined || reason === 'stopped') return reason
  if (count === null) return reason === '' ? 'no test results' : `${reason}, no test results`
  if (count.failed > 0) return `${count.failed} failed`
  if (reason !== '') return reason
  if (count.skipped > 0) return `${count.skipped} skipped`
  return count.passed === 0 ? 'no tests' : ''
}

/** Runs a step to its end; never rejects because the step failed. */
export async function runStep(step: Step, context: StepContext): Promise<StepResult> {
  const startedAt = Date.now()
  mkdirSync(context.logFolder, { recursive: true })
  const logFile = join(context.logFolder, `${step.name}.log`)
  rmSync(logFile, { force: true })
  if (step.results !== undefined) rmSync(step.results.file, { force: true })
  const reason = await runOnce(step, context, logFile)
  const count = readCount(step)
  const verdict = judge(step, reason, count)
  return {
    name: step.name,
    ok: verdict === '',
    seconds: (Date.now() - startedAt) / 1_000,
    count,
    reason: verdict,
    logFile,
  }
}

/** The end of a step's output. */
export function readLogTail(logFile: string, lines: number): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}
