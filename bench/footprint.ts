import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningConsole, startConsole } from './console.ts'
import type { Place } from './place.ts'
import { readMemory } from './processes.ts'
import type { MemoryResult } from './results.ts'
import { median } from './statistics.ts'

const samples = 15
const sampleGapMs = 2_000

/** `npm start` on a fresh build, with the sandbox and an empty data folder, once a round. */
export async function measureStart(place: Place, rounds: number): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const console = await startConsole(place, { name: `start-${round}`, brokers: [], command: 'npm start' })
    times.push(console.readyMs)
    await console.stop()
  }
  return times
}

/** The middle of half a minute; `meanwhile` is done before every look. */
export async function watchMemory(
  what: Pick<MemoryResult, 'id' | 'label'>,
  { pid }: RunningConsole,
  signal: AbortSignal,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<MemoryResult> {
  const resident: number[] = []
  for (let sample = 0; sample < samples; sample += 1) {
    await meanwhile()
    await sleep(sampleGapMs, undefined, { signal })
    resident.push(readMemory(pid).residentMb)
  }
  return { ...what, residentMb: median(resident), peakMb: readMemory(pid).peakMb }
}
