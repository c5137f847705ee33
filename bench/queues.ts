import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'amqplib'
import type { BrokerInstance } from '../scripts/brokers/index.ts'
import type { RunningConsole } from './console.ts'
import type { QueuesResult } from './results.ts'

const connections = 4
const channelsEach = 8
const callsARound = 40
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
    const page = await api.get<{ total?: number }>(`/brokers/${broker}/destinations?limit=1&type=queue`)
    if ((page.total ?? 0) >= count) return
  }
  throw new Error(`The console does not list ${count} queues after 120 s`)
}

interface PageContest {
  readonly queues: number
  readonly pageSize: number
  readonly rounds: number
  readonly signal: AbortSignal
}

/** The first page of the list in turns from the management API and from ours, with a pause that lets both work behind it. */
export async function measureFirstPage(
  console: RunningConsole,
  broker: string,
  instance: BrokerInstance,
  { queues, pageSize, rounds, signal }: PageContest,
): Promise<QueuesResult> {
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`
  const peerUrl = `${instance.urls.http}/api/queues?page=1&page_size=${pageSize}`
  const askPeer = async () => {
    const response = await fetch(peerUrl, { headers: { authorization }, signal })
    const text = await response.text()
    expectItems((JSON.parse(text) as { items: unknown[] }).items, pageSize, 'The management API')
    return Buffer.byteLength(text)
  }
  const askOurs = async () => {
    const path = `/brokers/${broker}/destinations?type=queue&limit=${pageSize}`
    const page = await console.api.get<{ items: unknown[] }>(path)
    expectItems(page.items, pageSize, 'Signalbox')
    return Buffer.byteLength(JSON.stringify(page))
  }
  const peer = { ms: [] as number[], bytes: await askPeer(), ask: askPeer }
  const ours = { ms: [] as number[], bytes: await askOurs(), ask: askOurs }
  for (let call = 0; call < rounds * callsARound; call += 1) {
    for (const side of call % 2 === 0 ? [peer, ours] : [ours, peer]) {
      const startedAt = performance.now()
      side.bytes = await side.ask()
      side.ms.push(performance.now() - startedAt)
      await sleep(gapMs, undefined, { signal })
    }
  }
  const peerLabel = `/api/queues?page=1&page_size=${pageSize}`
  const ourLabel = `/destinations?type=queue&limit=${pageSize}`
  return {
    queues,
    pageSize,
    peer: { id: 'management', label: peerLabel, ms: peer.ms, answerBytes: peer.bytes },
    ours: { id: 'signalbox', label: ourLabel, ms: ours.ms, answerBytes: ours.bytes },
  }
}

function expectItems(items: readonly unknown[], wanted: number, who: string): void {
  if (items.length !== wanted) throw new Error(`${who} answered ${items.length} queues, not ${wanted}`)
}
