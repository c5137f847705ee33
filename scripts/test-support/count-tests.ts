import { existsSync, readFileSync } from 'node:fs'
import type { Step } from './steps.ts'

export interface TestCount {
  passed: number
  failed: number
  /** Tests that did not run; a run with any of them is not green. */
  skipped: number
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  errors: unknown[]
}

/** Counts of a vitest JSON report; a file that failed before its first test counts as one failure. */
function countVitest(report: VitestReport): TestCount {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** Counts of a Playwright JSON report; errors outside tests (a web server that did not start) are failures. */
function countPlaywright(report: PlaywrightReport): TestCount {
  const { expected, flaky, unexpected, skipped } = report.stats
  return { passed: expected + flaky, failed: unexpected + report.errors.length, skipped }
}

/** What a finished step reports; null when it runs no tests or left no readable report. */
export function readCount(step: Step): TestCount | null {
  if (step.results === undefined || !existsSync(step.results.file)) return null
  try {
    const report: unknown = JSON.parse(readFileSync(step.results.file, 'utf8'))
    return step.results.form === 'vitest'
      ? countVitest(report as VitestReport)
      : countPlaywright(report as PlaywrightReport)
  } catch {
    return null
  }
}
