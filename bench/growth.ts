import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningConsole, startConsole, token } from './console.ts'
import type { Place } from './place.ts'
import { readCpuSeconds, readMemory } from './processes.ts'
import type { GrowthResult } from './results.ts'
import { median } from './statistics.ts'

const sizes = [1_000, 10_000, 50_000] as const
const looks = 12
const gapMs = 2_500

/** One console a size, on a sandbox of that many queues, watched by one reader of the first page. */
export async function measureGrowth(place: Place, say: (line: string) => void): Promise<GrowthResult[]> {
  const results: GrowthResult[] = []
  for (const destinations of sizes) {
    say(`${destinations} destinations`)
    const sandbox = { id: 'many', kind: 'sandbox', scenario: 'many', queues: destinations }
    const name = `growth-${destinations}`
    const server = await startConsole(place, { name, brokers: [sandbox], command: 'server' })
    await waitUntilListed(server, destinations, place.signal)
    const [cpu, atMs] = [readCpuSeconds(server.pid), Date.now()]
    const pages: number[] = []
    const samples: number[] = []
    for (let look = 0; look < looks; look += 1) {
      const beganAt = performance.now()
      await server.api.get('/brokers/many/destinations?limit=100&sort=depth&order=desc')
      pages.push(performance.now() - beganAt)
      samples.push(await readSampleMs(server))
      await sleep(gapMs, undefined, { signal: place.signal })
    }
    const cores = (readCpuSeconds(server.pid) - cpu) / ((Date.now() - atMs) / 1_000)
    results.push({
      destinations,
      sampleMs: median(samples),
      pageMs: median(pages),
      cores,
      residentMb: readMemory(server.pid).residentMb,
    })
    await server.stop()
  }
  return results
}

async function waitUntilListed(server: RunningConsole, count: number, signal: AbortSignal): Promise<void> {
  for (let left = 120; left > 0; left -= 1) {
    const page = await server.api
      .get<{ total?: number }>('/brokers/many/destinations?limit=1')
      .catch(() => ({ total: 0 }))
    if ((page.total ?? 0) >= count) return
    await sleep(500, undefined, { signal })
  }
  throw new Error(`the sandbox does not list ${count} destinations`)
}

/** What the console says its last sample took, from its own metrics. */
async function readSampleMs(server: RunningConsole): Promise<number> {
  const text = await (
    await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  ).text()
  const match = /^signalbox_sample_duration_seconds\{broker="many"[^}]*\} ([\d.e-]+)$/m.exec(text)
  if (!match) throw new Error('/metrics names no duration of a sample')
  return Number(match[1]) * 1_000
}
