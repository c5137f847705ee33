import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrokerInstance } from '../scripts/brokers/index.ts'
import { type BrokerConnection, newCall } from '../server/brokers/contract/index.ts'
import { rabbitmq } from '../server/brokers/rabbitmq/index.ts'
import { readCpuSeconds } from './processes.ts'
import type { CostSide, SampleCostResult } from './results.ts'

const watchedCount = 50
const callsARound = 6
const silent = () => undefined

/**
 * What reading costs the broker: processor seconds of its server in one interval, by who reads. Nobody (its own
 * work), a bare scrape of depths and consumers, a sample as the console takes it when nobody looks, the same with
 * 50 queues watched closely, and a sample with the list of queues read again.
 */
export async function measureSampleCost(
  instance: BrokerInstance,
  {
    queues,
    rounds,
    intervalMs,
    signal,
  }: { queues: number; rounds: number; intervalMs: number; signal: AbortSignal },
): Promise<SampleCostResult> {
  const connection = await connectDriver(instance)
  const call = () => newCall(60_000, signal)
  const watched = Array.from({ length: watchedCount }, (_, index) => ({
    type: 'queue' as const,
    name: `bench.queue.${String(index).padStart(5, '0')}`,
    namespace: '/',
  }))
  const scrapeUrl = `${instance.urls.prometheus}/detailed?family=queue_coarse_metrics&family=queue_consumer_count`
  const sides: Side[] = [
    { id: 'idle', label: 'nobody reads', work: async () => undefined },
    { id: 'scrape', label: '/metrics/detailed, depths and consumers', work: () => scrape(scrapeUrl) },
    { id: 'sample', label: 'a sample, nobody watches', work: () => sampleAll(connection, [], queues, call) },
    {
      id: 'watched',
      label: `a sample, ${watchedCount} queues watched`,
      work: () => sampleAll(connection, watched, queues, call),
    },
    {
      id: 'crawl',
      label: 'a sample and the list read again',
      work: async () => {
        await sampleAll(connection, [], queues, call)
        await crawl(connection, call)
      },
    },
  ]
  try {
    await connection.probe(call())
    await crawl(connection, call)
    const pid = Number(readFileSync(join(instance.dir, 'pid'), 'utf8'))
    const taken: CostSide[] = sides.map(({ id, label }) => ({ id, label, cpuSeconds: [], ms: [] }))
    for (let round = 0; round < rounds; round += 1) {
      const order = sides.map((side, index) => ({ side, result: taken[index] }))
      for (const { side, result } of round % 2 === 0 ? order : order.reverse()) {
        await side.work()
        await sleep(1_000, undefined, { signal })
        for (let one = 0; one < callsARound; one += 1)
          result && (await measureInterval(pid, side, result, intervalMs, signal))
      }
    }
    return { queues, intervalMs, calls: callsARound * rounds, sides: taken }
  } finally {
    await connection.close()
  }
}

interface Side {
  readonly id: CostSide['id']
  readonly label: string
  work(): Promise<unknown>
}

async function measureInterval(
  pid: number,
  side: Side,
  result: CostSide,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  const [cpuBefore, startedAt] = [readCpuSeconds(pid), performance.now()]
  await side.work()
  const tookMs = performance.now() - startedAt
  await sleep(Math.max(0, intervalMs - tookMs), undefined, { signal })
  result.ms.push(tookMs)
  result.cpuSeconds.push(readCpuSeconds(pid) - cpuBefore)
}

function connectDriver(instance: BrokerInstance): Promise<BrokerConnection> {
  const login = (url: string | undefined) => (url ?? '').replace('://', '://guest:guest@')
  const options = { amqp: instance.urls.amqp, management: login(instance.urls.http) }
  return rabbitmq.connect(rabbitmq.options.parse(options), {
    brokerId: 'bench',
    notes: { get: async () => null, set: async () => undefined },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    now: Date.now,
  })
}

async function scrape(url: string): Promise<void> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  await response.text()
}

async function sampleAll(
  connection: BrokerConnection,
  watched: Parameters<BrokerConnection['sample']>[0],
  queues: number,
  call: () => ReturnType<typeof newCall>,
): Promise<void> {
  const { destinations, problems } = await connection.sample(watched, call())
  const known = destinations.filter(({ readings }) => readings.depth?.state === 'ok').length
  if (known < queues)
    throw new Error(`A sample knows the depth of ${known} queues: ${JSON.stringify(problems)}`)
}

/** As the sampler does it every minute. */
async function crawl(connection: BrokerConnection, call: () => ReturnType<typeof newCall>): Promise<void> {
  let cursor: string | undefined
  do {
    const page = await connection.listDestinations({ limit: 500, cursor }, call())
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  await connection.deadLetters?.edges(call())
}
