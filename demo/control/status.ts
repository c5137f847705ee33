import type { Staff } from '../staff.ts'
import type { Control, Mood, Tally } from './control.ts'

export interface WorkerStatus {
  readonly name: string
  readonly about: string
  readonly isAtWork: boolean
  readonly mood: Mood
  readonly tally: Tally
}

export interface Status {
  /** Orders a second. */
  readonly rate: number
  readonly pid: number
  readonly rssMb: number
  readonly workers: readonly WorkerStatus[]
}

export function readStatus(control: Control, staff: Staff): Status {
  return {
    rate: control.rate,
    pid: process.pid,
    rssMb: Math.round(process.memoryUsage.rss() / 1024 / 1024),
    workers: staff.workers.map(({ name, about }) => ({
      name,
      about,
      isAtWork: staff.isAtWork(name),
      mood: control.moodOf(name),
      tally: control.tallyOf(name),
    })),
  }
}

/** For the terminal: one line a worker. `mark` stands in front, as the key that changes it. */
export function printStatus(status: Status, mark: (index: number) => string = () => ''): string {
  const lines = status.workers.map((worker, index) => {
    const { done, failed, skipped, dead } = worker.tally
    const counts = [
      `${done} done`,
      failed && `${failed} failed`,
      skipped && `${skipped} known`,
      dead && `${dead} dead`,
    ]
    const state = worker.isAtWork ? worker.mood : 'away'
    return `${mark(index)}${worker.name.padEnd(15)}${state.padEnd(9)}${counts.filter(Boolean).join(', ')}`
  })
  return [`${status.rate} orders a second`, ...lines].join('\n')
}
