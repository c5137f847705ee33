import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findByEnvironment } from '../brokers/processes.ts'
import { runStep, type StepContext } from './run-step.ts'
import { listSteps, type Step, selectSteps } from './steps.ts'

let folder: string
let stop: AbortController
let context: StepContext
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'step-'))
  stop = new AbortController()
  context = { logFolder: folder, env: { STEP_TEST: folder }, signal: stop.signal }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function makeStep(script: string, more: Partial<Step> = {}): Step {
  return { name: 'probe', command: 'sh', args: ['-c', script], needsBrokers: false, limitMs: 10_000, ...more }
}

function writeReport(name: string, report: unknown): Pick<Step, 'results'> & { script: string } {
  const source = join(folder, `${name}.source`)
  writeFileSync(source, JSON.stringify(report))
  const file = join(folder, `${name}.json`)
  return { results: { file, form: 'vitest' }, script: `cp ${source} ${file}` }
}

describe('runStep', () => {
  it('tells success from failure and keeps the output', async () => {
    expect(await runStep(makeStep('echo fine'), context)).toMatchObject({ ok: true, reason: '' })
    expect(readFileSync(join(folder, 'probe.log'), 'utf8')).toBe('fine\n')
    expect(await runStep(makeStep('exit 3'), context)).toMatchObject({ ok: false, reason: 'exit code 3' })
    const absent = { ...makeStep(''), command: 'no-such-program' }
    expect((await runStep(absent, context)).reason).toContain('ENOENT')
  })

  it('is not green with skipped tests, with no tests, or without a report', async () => {
    const none = {
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
    }
    const skipped = writeReport('skipped', { ...none, numPassedTests: 2, numPendingTests: 1 })
    const green = writeReport('green', { ...none, numPassedTests: 2 })
    const empty = writeReport('empty', none)
    const run = ({ script, ...more }: ReturnType<typeof writeReport>) =>
      runStep(makeStep(script, more), context)

    expect(await run(green)).toMatchObject({ ok: true, count: { passed: 2, failed: 0, skipped: 0 } })
    expect((await run(skipped)).reason).toBe('1 skipped')
    expect((await run(empty)).reason).toBe('no tests')
    expect((await run({ ...green, script: 'true' })).reason).toBe('no test results')
  })

  it('counts a test file that broke before its first test as a failure', async () => {
    const broken = { status: 'failed', assertionResults: [] }
    const report = {
      numPassedTests: 5,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [broken],
    }
    const { script, ...more } = writeReport('broken', report)
    expect(await runStep(makeStep(`${script}; exit 1`, more), context)).toMatchObject({
      ok: false,
      reason: '1 failed',
    })
  })

  it('ends the whole group when it is over its limit, when stopped, and after its end', async () => {
    const children = () => findByEnvironment('STEP_TEST', folder)
    const late = await runStep(makeStep('sleep 60 & sleep 60', { limitMs: 200 }), context)
    expect(late.reason).toContain('not done after')
    expect(children()).toEqual([])

    await runStep(makeStep('sleep 60 & true'), context)
    expect(children()).toEqual([])

    const running = runStep(makeStep('sleep 60 & sleep 60'), context)
    await expect.poll(() => children().length).toBeGreaterThan(1)
    stop.abort()
    expect((await running).reason).toBe('stopped')
    expect(children()).toEqual([])
  })
})

describe('steps', () => {
  it('are chosen by name in their own order, and a wrong name is refused', () => {
    const steps = listSteps(folder)
    expect(selectSteps(steps, 'unit,lint').map((step) => step.name)).toEqual(['lint', 'unit'])
    expect(selectSteps(steps, undefined)).toHaveLength(steps.length)
    expect(() => selectSteps(steps, 'lint,units')).toThrow('no step called units')
  })
})
