import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { brokersFolderVariable, brokersRoot } from '../scripts/brokers/index.ts'
import { isAlive, readStartTicks } from '../scripts/brokers/processes.ts'
import { writeFileAtomic } from '../scripts/brokers/store.ts'

/** Everything the demo writes lies here, beside the folders of its brokers. */
export const demoFolder = join(process.env[brokersFolderVariable] ?? brokersRoot, 'demo')
const recordFile = join(demoFolder, 'running.json')

/** Names of the brokers the demo starts: `npm run brokers -- status --name demo` shows them. */
export const brokerName = 'demo'

/** Marks the console's processes, so that what a killed demo left is found whoever its parent is. */
export const consoleMark = 'SIGNALBOX_DEMO_CONSOLE'

/** How to reach the demo that runs; readable by its owner only, since the address holds the token. */
export interface Running {
  readonly pid: number
  readonly startTicks: string
  readonly url: string
}

export function writeRunning(url: string): void {
  const record: Running = { pid: process.pid, startTicks: readStartTicks(process.pid) ?? '', url }
  writeFileAtomic(recordFile, JSON.stringify(record))
}

export function forgetRunning(): void {
  rmSync(recordFile, { force: true })
}

/** The demo that runs, ready to be spoken to; null when there is none, or only what a killed one left. */
export function findRunning(): Running | null {
  if (!existsSync(recordFile)) return null
  const record = JSON.parse(readFileSync(recordFile, 'utf8')) as Running
  return isAlive(record) ? record : null
}

export function makeDemoFolder(): void {
  mkdirSync(demoFolder, { recursive: true, mode: 0o700 })
}
