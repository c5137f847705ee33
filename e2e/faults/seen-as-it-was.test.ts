import { connect } from 'amqplib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrokerInstance, removeBroker, startBroker, stopBroker } from '../../scripts/brokers/index.ts'
import { waitFor } from '../support/api.ts'
import { Console } from '../support/console.ts'

/**
 * A worker, a broker and the console are stopped and started again: the lists, the events and the charts tell each
 * as what it was, within two samples of what the broker itself tells late (RabbitMQ: 5 s).
 */
const queue = 'seen.orders'
const twoSamplesMs = 2 * 5_000 + 5_000

interface Row {
  readonly id: string
  readonly readings: Readonly<Record<string, { readonly state: string; readonly value?: number }>>
}
interface Event {
  readonly kind: string
  readonly at: string
  readonly until?: string
  readonly destination?: { readonly name: string }
}
interface Series {
  readonly points: readonly (readonly [number, number | null])[]
}
interface Need {
  readonly state: string
  readonly subject: { readonly kind: string; readonly name: string }
}

let instance: BrokerInstance
let server: Console
beforeAll(async () => {
  instance = await startBroker('rabbitmq', { name: `seen-${process.pid}` })
  const { amqp, http, prometheus } = instance.urls
  server = new Console({
    brokers: [
      {
        id: 'shop',
        kind: 'rabbitmq',
        amqp,
        management: http?.replace('http://', 'http://guest:guest@'),
        prometheus: new URL(prometheus ?? '').origin,
      },
    ],
  })
  await server.start()
})
afterAll(async () => {
  await server.remove()
  await removeBroker(instance)
})

const row = async () =>
  (await server.api.get<{ items: Row[] }>(`/brokers/shop/destinations?q=${queue}`)).items[0]
const consumers = async () => {
  const reading = (await row())?.readings.consumers
  return reading?.state === 'ok' ? reading.value : reading?.state
}
const events = async () => (await server.api.get<{ items: Event[] }>('/events?broker=shop&limit=200')).items
const happened = (kind: string, sinceMs: number) =>
  waitFor(
    async () => (await events()).find((one) => one.kind === kind && Date.parse(one.at) >= sinceMs - 6_000),
    `the event ${kind}`,
    twoSamplesMs,
  )
const seriesOf = async (metric: string, fromMs: number) => {
  const id = encodeURIComponent((await row())?.id ?? '')
  const from = encodeURIComponent(new Date(fromMs).toISOString())
  return (
    await server.api.get<Series>(
      `/series?broker=shop&destination=${id}&metric=${metric}&from=${from}&points=60`,
    )
  ).points
}
const needs = async () => (await server.api.get<{ items: Need[] }>('/needs')).items
const rest = (ms: number) => new Promise((done) => setTimeout(done, ms))

/** A worker that takes nothing: its queue holds what is put there. */
async function startWorker() {
  const connection = await connect(instance.urls.amqp ?? '')
  connection.on('error', () => undefined)
  const channel = await connection.createChannel()
  channel.on('error', () => undefined)
  await channel.assertQueue(queue, { durable: true })
  await channel.prefetch(1)
  await channel.consume(queue, () => undefined)
  return connection
}

test('a worker, a broker and the console, stopped and started', { timeout: 240_000 }, async () => {
  const beganMs = Date.now()
  let worker = await startWorker()
  const channel = await worker.createChannel()
  for (let n = 0; n < 5; n += 1) channel.sendToQueue(queue, Buffer.from(`order ${n}`), { persistent: true })
  await waitFor(async () => (await consumers()) === 1, 'one consumer', 20_000)
  await rest(6_000)

  const leftMs = Date.now()
  await worker.close()
  await waitFor(async () => (await consumers()) === 0, 'no consumer any more', twoSamplesMs)
  expect((await happened('consumers-gone', leftMs)).destination?.name).toBe(queue)
  const cameMs = Date.now()
  worker = await startWorker()
  await waitFor(async () => (await consumers()) === 1, 'one consumer again', twoSamplesMs)
  await happened('consumers-back', cameMs)
  const counts = (await seriesOf('consumers', leftMs - 5_000)).map(([, value]) => value)
  expect(counts, 'the chart has been at 0').toContain(0)
  expect(counts, 'and is back').toContain(1)

  const stoppedMs = Date.now()
  await stopBroker(instance)
  await waitFor(
    async () => (await server.api.get<{ state: string }>('/brokers/shop')).state === 'down',
    'the broker shown as down',
    twoSamplesMs,
  )
  await happened('broker-down', stoppedMs)
  expect(await consumers(), 'its last values are not current').toBe('unavailable')
  expect((await needs()).map((need) => `${need.subject.kind} ${need.state}`)).toContain('broker down')
  await rest(8_000)
  await startBroker('rabbitmq', { name: instance.name })
  const startedMs = Date.now()
  await waitFor(
    async () => (await server.api.get<{ state: string }>('/brokers/shop')).state === 'up',
    'the broker shown as up',
    twoSamplesMs,
  )
  const ended = await waitFor(
    async () => (await events()).find((one) => one.kind === 'broker-down' && one.until !== undefined),
    'the end of its being down',
    twoSamplesMs,
  )
  expect(Date.parse(ended.until ?? '')).toBeGreaterThan(stoppedMs)
  await waitFor(async () => (await row())?.readings.depth?.state === 'ok', 'its values again', 20_000)
  const whileDown = (await seriesOf('depth', stoppedMs)).filter(
    ([atMs]) => atMs > stoppedMs + 7_000 && atMs < startedMs - 6_000,
  )
  expect(
    whileDown.map(([, value]) => value),
    'a gap, and no value of before',
  ).not.toContain(5)

  const killedMs = Date.now()
  await server.kill()
  await rest(12_000)
  await server.start()
  await waitFor(
    async () => (await row())?.readings.depth?.state === 'ok',
    'its values after the start',
    20_000,
  )
  await happened('console-started', killedMs + 12_000)
  await rest(6_000)
  const points = await seriesOf('depth', beganMs)
  const dead = points.filter(([atMs]) => atMs > killedMs + 6_500 && atMs < killedMs + 11_000)
  expect(dead.length).toBeGreaterThan(0)
  expect(
    dead.map(([, value]) => value),
    'nobody looked: a gap',
  ).not.toContain(5)
  expect(points.at(-1)?.[1] ?? points.at(-2)?.[1], 'and it goes on').toBe(5)
})
