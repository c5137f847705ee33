import { afterEach, expect, test } from 'vitest'
import type { Broker } from '../../lib/schemas/broker.ts'
import type { LiveEvent, LiveSample } from '../../lib/schemas/live.ts'
import type { Caller } from '../brokers/contract/index.ts'
import { createLiveHub } from './live-hub.ts'

const caller: Caller = { actor: 'test', via: 'token', permissions: new Set(), auditId: null }
let nowMs = 0
let end = new AbortController()
afterEach(() => {
  end.abort()
  end = new AbortController()
  nowMs = 0
})

const newHub = () =>
  createLiveHub(
    'signalbox test',
    (id) => (id === 'gone' ? null : ({ id } as Broker)),
    () => nowMs,
  )
const sample = (broker: string, ...ids: readonly string[]): LiveSample => ({
  broker,
  at: new Date(nowMs).toISOString(),
  destinations: ids.map((id) => ({ id, state: 'running', readings: {} })),
  groups: [],
  structureChanged: false,
})

/** A reader that has taken its hello. */
async function open(hub: ReturnType<typeof newHub>, lastEventId: string | null = null) {
  const events = hub.subscribe(lastEventId, caller, end.signal)[Symbol.asyncIterator]()
  const take = async (): Promise<LiveEvent & { readonly id: string }> => {
    const { value } = await events.next()
    if (!value) throw new Error('the stream ended')
    return value
  }
  return { hello: await take(), take, events }
}
async function takeAll(reader: Awaited<ReturnType<typeof open>>, count: number) {
  const events: (LiveEvent & { readonly id: string })[] = []
  for (let i = 0; i < count; i += 1) events.push(await reader.take())
  return events
}

test('hello first, then what happens, each with its number', async () => {
  const hub = newHub()
  const reader = await open(hub)
  expect(reader.hello).toMatchObject({
    event: 'hello',
    data: { server: 'signalbox test', at: '1970-01-01T00:00:00.000Z', resumed: false },
  })
  hub.brokerChanged('a')
  hub.sampled(sample('a', 'q1'))
  const [first, second] = await takeAll(reader, 2)
  expect(first).toMatchObject({ event: 'broker', data: { id: 'a' } })
  expect(second).toMatchObject({ event: 'sample', data: { broker: 'a', destinations: [{ id: 'q1' }] } })
  expect(new Set([reader.hello.id, first?.id, second?.id]).size).toBe(3)
})

test('a slow reader gets each broker once, in its newest state, and samples joined', async () => {
  const hub = newHub()
  const reader = await open(hub)
  for (let i = 0; i < 1_000; i += 1) hub.brokerChanged('a')
  hub.sampled(sample('a', 'q1', 'q2'))
  hub.sampled({ ...sample('a', 'q2', 'q3'), structureChanged: true })
  hub.sampled(sample('a', 'q3'))
  const [broker, joined] = await takeAll(reader, 2)
  expect(broker?.event).toBe('broker')
  if (joined?.event !== 'sample') throw new Error('expected a sample')
  expect(joined.data.destinations.map((one) => one.id)).toEqual(['q1', 'q2', 'q3'])
  expect(joined.data.structureChanged).toBe(true)
})

test('a broker that went meanwhile is passed over', async () => {
  const hub = newHub()
  const reader = await open(hub)
  hub.brokerChanged('gone')
  hub.brokerChanged('a')
  expect(await reader.take()).toMatchObject({ data: { id: 'a' } })
})

test('a broker that was taken out is told as gone, after what was told of it before', async () => {
  const hub = newHub()
  const reader = await open(hub)
  hub.brokerChanged('a')
  hub.brokerGone('a')
  expect(await takeAll(reader, 2)).toMatchObject([
    { event: 'broker', data: { id: 'a' } },
    { event: 'gone', data: { broker: 'a' } },
  ])
})

test('a reader that comes back gets what he missed', async () => {
  const hub = newHub()
  const reader = await open(hub)
  hub.sampled(sample('a', 'q1'))
  const { id } = await reader.take()
  hub.sampled(sample('a', 'q2'))
  hub.brokerChanged('b')
  const again = await open(hub, id)
  expect(again.hello.data).toMatchObject({ resumed: true })
  expect(await takeAll(again, 2)).toMatchObject([
    { event: 'sample', data: { destinations: [{ id: 'q2' }] } },
    { event: 'broker', data: { id: 'b' } },
  ])
})

test('a reader that saw nothing but hello resumes from there', async () => {
  const hub = newHub()
  hub.brokerChanged('before')
  const reader = await open(hub)
  hub.brokerChanged('a')
  const again = await open(hub, reader.hello.id)
  expect(again.hello).toMatchObject({ data: { resumed: true }, id: reader.hello.id })
  expect(await again.take()).toMatchObject({ data: { id: 'a' } })
})

test('a joined sample is never passed over: whoever leaves in between gets all of it', async () => {
  const hub = newHub()
  const reader = await open(hub)
  hub.sampled(sample('a', 'q1'))
  hub.brokerChanged('b')
  hub.sampled(sample('a', 'q2'))
  const seen = await reader.take()
  const again = await open(hub, seen.id)
  const rest = await takeAll(again, 2)
  const ids = [seen, ...rest].flatMap((one): string[] =>
    one.event === 'sample' ? one.data.destinations.map((row) => row.id) : [],
  )
  expect(new Set(ids)).toEqual(new Set(['q1', 'q2']))
  expect(rest.some((one) => one.event === 'broker')).toBe(true)
})

test.each([
  ['another boot', 'aaaaaaaa.1'],
  ['no number', 'x'],
  ['nothing', ''],
])('an id of %s is not resumed', async (_, id) => {
  const hub = newHub()
  hub.brokerChanged('a')
  expect((await open(hub, id)).hello.data).toMatchObject({ resumed: false })
})

test('an id of the future is not resumed', async () => {
  const hub = newHub()
  const { hello } = await open(hub)
  const [boot] = hello.id.split('.')
  expect((await open(hub, `${boot}.99`)).hello.data).toMatchObject({ resumed: false })
})

test('what lies back more than two minutes is not resumed', async () => {
  const hub = newHub()
  const reader = await open(hub)
  hub.brokerChanged('a')
  const { id } = await reader.take()
  hub.brokerChanged('b')
  nowMs = 130_000
  expect((await open(hub, id)).hello.data).toMatchObject({ resumed: false })
  hub.brokerChanged('c')
  expect((await open(hub, id)).hello.data).toMatchObject({ resumed: false })
})

test('a reader who missed nothing resumes whatever the time', async () => {
  const hub = newHub()
  const reader = await open(hub)
  hub.brokerChanged('a')
  const { id } = await reader.take()
  nowMs = 600_000
  expect((await open(hub, id)).hello.data).toMatchObject({ resumed: true })
})

test('large samples are kept within a bound', async () => {
  const hub = newHub()
  const reader = await open(hub)
  const many = Array.from({ length: 9_000 }, (_, i) => `q${i}`)
  for (let i = 0; i < 3; i += 1) hub.sampled(sample('a', ...many))
  expect((await open(hub, reader.hello.id)).hello.data).toMatchObject({ resumed: false })
})

test('a stream ends with its signal, and is no reader any more', async () => {
  const hub = newHub()
  const reader = await open(hub)
  expect(hub.readers).toBe(1)
  const last = reader.events.next()
  end.abort()
  expect(await last).toMatchObject({ done: true })
  expect(hub.readers).toBe(0)
})
