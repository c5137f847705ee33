import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startConsole, token } from './console.ts'
import type { Place } from './place.ts'
import { readCpuSeconds, readMemory } from './processes.ts'
import type { LiveResult } from './results.ts'
import { median } from './statistics.ts'

const clients = 500
const destinations = 10_000
const measuredMs = 30_000

/** Open live streams on a console that reads 10,000 destinations; each stream is read to the end of what came. */
export async function measureLive(place: Place): Promise<LiveResult> {
  const sandbox = { id: 'many', kind: 'sandbox', scenario: 'many', queues: destinations }
  const server = await startConsole(place, { name: 'live', brokers: [sandbox], command: 'server' })
  await server.api.get('/brokers/many/destinations?limit=1')
  const before = await measureQuiet(server.pid)
  let bytes = 0
  let events = 0
  const requests = Array.from({ length: clients }, () => {
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
    return get(`${server.url}/api/v1/live`, { headers, agent: false }, (response) => {
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        bytes += chunk.length
        events += chunk.split('\n\n').length - 1
      })
    }).on('error', () => undefined)
  })
  // All of them have said hello and the first samples are through.
  await sleep(10_000, undefined, { signal: place.signal })
  const [cpu, atMs, seen] = [readCpuSeconds(server.pid), Date.now(), events]
  const resident: number[] = []
  while (Date.now() - atMs < measuredMs) {
    await sleep(2_000, undefined, { signal: place.signal })
    resident.push(readMemory(server.pid).residentMb)
  }
  const seconds = (Date.now() - atMs) / 1_000
  const cores = (readCpuSeconds(server.pid) - cpu) / seconds
  for (const request of requests) request.destroy()
  await server.stop()
  return {
    clients,
    destinations,
    cores,
    coresBefore: before,
    residentMb: median(resident),
    mostMb: Math.max(...resident),
    eventsPerClientSecond: (events - seen) / clients / seconds,
    megabytes: bytes / 1e6,
  }
}

/** What the console takes with one reader, for comparison. */
async function measureQuiet(pid: number): Promise<number> {
  const [cpu, atMs] = [readCpuSeconds(pid), Date.now()]
  await sleep(15_000)
  return (readCpuSeconds(pid) - cpu) / ((Date.now() - atMs) / 1_000)
}
