import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'amqplib'
import type { BrokerInstance } from '../scripts/brokers/index.ts'
import type { RunningConsole } from './console.ts'
import type { Latencies } from './results.ts'

const connections = 4
const channelsEach = 8
const callsARound = 20
const callsAlone = 20
const gapMs = 100

/** Durable classic queues, every twentieth with a few messages. */
export async function declareQueues(instance: BrokerInstance, count: number): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await connect(instance.urls.amqp ?? '')
      await Promise.all(
        Array.from({ length: channelsEach }, async () => {
          const channel = await connection.createConfirmChannel()
          while (next < count) {
            const index = next++
            const name = `bench.queue.${String(index).padStart(5, '0')}`
            await channel.assertQueue(name, { durable: true })
            for (let i = 0; index % 20 === 0 && i < 1 + (index % 6); i += 1)
              channel.sendToQueue(name, Buffer.from(`message ${i}`), { persistent: true })
          }
          await channel.waitForConfirms()
        }),
      )
      await connection.close()
    }),
  )
}

/** Waits until the console's list holds every queue. */
export async function waitForQueues({ api }: RunningConsole, broker: string, count: number): Promise<void> {
  for (const until = Date.now() + 120_000; Date.now() < until; await sleep(500)) {
    // Until the broker was read once, the API says that nothing is known of it.
    const path = `/brokers/${broker}/destinations?limit=1&type=queue`
    const page = await api.get<{ total?: number }>(path).catch(() => null)
    if ((page?.total ?? 0) >= count) return
  }
  throw new Error(`The console does not list ${count} queues after 120 s`)
}

type Ask = () => Promise<number>

/** The broker's own answer for the first page; resolves to its size. */
function askManagement(instance: BrokerInstance, pageSize: number): Ask {
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`
  const url = `${instance.urls.http}/api/queues?page=1&page_size=${pageSize}`
  return async () => {
    const response = await fetch(url, { headers: { authorization } })
    const text = await response.text()
    expectItems((JSON.parse(text) as { items: unknown[] }).items, pageSize, 'The management API')
    return Buffer.byteLength(text)
  }
}

function askConsole({ api }: RunningConsole, broker: string, pageSize: number): Ask {
  return async () => {
    const path = `/brokers/${broker}/destinations?type=queue&limit=${pageSize}`
    const page = await api.get<{ items: unknown[] }>(path)
    expectItems(page.items, pageSize, 'Signalbox')
    return Buffer.byteLength(JSON.stringify(page))
  }
}

function expectItems(items: readonly unknown[], wanted: number, who: string): void {
  if (items.length !== wanted) throw new Error(`${who} answered ${items.length} queues, not ${wanted}`)
}

/** The sides in turns, with a pause in which both work on behind it; the first call of each is not counted. */
async function takeTurns(
  sides: readonly (Omit<Latencies, 'ms' | 'answerBytes'> & { readonly ask: Ask })[],
  calls: number,
  signal: AbortSignal,
): Promise<Latencies[]> {
  const taken = sides.map(({ id, label, ask }) => ({ id, label, ask, ms: [] as number[], answerBytes: 0 }))
  for (const { ask } of taken) await ask()
  for (let call = 0; call < calls; call += 1) {
    for (const side of call % 2 === 0 ? taken : taken.toReversed()) {
      const startedAt = performance.now()
      side.answerBytes = await side.ask()
      side.ms.push(performance.now() - startedAt)
      await sleep(gapMs, undefined, { signal })
    }
  }
  return taken.map(({ ask: _, ...latencies }) => latencies)
}

/** The management API's page while nobody else asks. */
export async function measureAlone(
  instance: BrokerInstance,
  pageSize: number,
  signal: AbortSignal,
): Promise<Latencies> {
  const label = `/api/queues?page=1&page_size=${pageSize}, no console running`
  const side = { id: 'management-alone', label, ask: askManagement(instance, pageSize) }
  const [alone] = await takeTurns([side], callsAlone, signal)
  if (!alone) throw new Error('Nothing was measured')
  return alone
}

interface PageContest {
  readonly pageSize: number
  readonly rounds: number
  readonly signal: AbortSignal
}

/** The first page of the list, in turns from the management API and from ours. */
export async function measureFirstPage(
  console: RunningConsole,
  broker: string,
  instance: BrokerInstance,
  { pageSize, rounds, signal }: PageContest,
): Promise<{ peer: Latencies; ours: Latencies }> {
  const [peer, ours] = await takeTurns(
    [
      {
        id: 'management',
        label: `/api/queues?page=1&page_size=${pageSize}`,
        ask: askManagement(instance, pageSize),
      },
      {
        id: 'signalbox',
        label: `/destinations?type=queue&limit=${pageSize}`,
        ask: askConsole(console, broker, pageSize),
      },
    ],
    rounds * callsARound,
    signal,
  )
  if (!peer || !ours) throw new Error('Nothing was measured')
  return { peer, ours }
}
