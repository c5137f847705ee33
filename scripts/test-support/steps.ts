import { join, resolve } from 'node:path'

/** The project's root folder. */
export const projectRoot = resolve(import.meta.dirname, '../..')

export interface Step {
  /** What `--only` takes and what the line shows. */
  name: string
  command: string
  args: string[]
  /** Variables on top of the run's own. */
  env?: Record<string, string>
  /** Where the step leaves its machine-readable test results, and in which form. */
  results?: { file: string; form: 'vitest' | 'playwright' }
  needsBrokers: boolean
  /** Milliseconds after which the step is ended and counts as failed. */
  limitMs: number
}

const minuteMs = 60_000

function vitestStep(
  project: string,
  folder: string,
  options: { needsBrokers: boolean; minutes: number },
): Step {
  const file = join(folder, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  return {
    name: project,
    command: 'vitest',
    args: ['run', '--project', project, ...reporters],
    results: { file, form: 'vitest' },
    needsBrokers: options.needsBrokers,
    limitMs: options.minutes * minuteMs,
  }
}

function checkStep(name: string, command: string, args: string[], minutes = 5): Step {
  return { name, command, args, needsBrokers: false, limitMs: minutes * minuteMs }
}

/** Every step of a test run, in order. `folder` takes result files. */
export function listSteps(folder: string): Step[] {
  const browserResults = join(folder, 'browser.json')
  return [
    checkStep('lint', 'biome', ['check', '--error-on-warnings', '.']),
    // A fresh clone has no next-env.d.ts yet, without which stylesheet imports do not type-check.
    checkStep('types', 'sh', ['-c', 'next typegen && tsc --noEmit -p .']),
    checkStep('imports', 'depcruise', [
      'app',
      'components',
      'lib',
      'server',
      'scripts',
      'bench',
      'demo',
      'e2e',
    ]),
    checkStep('unused', 'knip', []),
    vitestStep('unit', folder, { needsBrokers: false, minutes: 6 }),
    vitestStep('contract', folder, { needsBrokers: true, minutes: 12 }),
    // With the stamp `npm start` looks for, so that no later step builds again.
    checkStep('build', 'node', ['scripts/build.mjs']),
    vitestStep('system', folder, { needsBrokers: true, minutes: 6 }),
    vitestStep('faults', folder, { needsBrokers: true, minutes: 8 }),
    {
      name: 'browser',
      command: 'playwright',
      args: ['test', '--reporter=line,json'],
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: browserResults },
      results: { file: browserResults, form: 'playwright' },
      needsBrokers: true,
      limitMs: 18 * minuteMs,
    },
  ]
}

/** The chosen steps in their order; none named means all. Throws on a name that does not exist. */
export function selectSteps(steps: readonly Step[], only: string | undefined): Step[] {
  if (only === undefined) return [...steps]
  const names = only.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) {
    throw new Error(
      `no step called ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}`,
    )
  }
  return steps.filter((step) => names.includes(step.name))
}
