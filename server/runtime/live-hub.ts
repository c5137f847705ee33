import { randomUUID } from 'node:crypto'
import type { Broker } from '../../lib/schemas/broker.ts'
import type { Event } from '../../lib/schemas/event.ts'
import type { LiveEvent, LiveGone, LiveSample } from '../../lib/schemas/live.ts'
import type { OffsetReset } from '../../lib/schemas/offset.ts'
import type { Replay } from '../../lib/schemas/replay.ts'
import type { Caller } from '../brokers/contract/index.ts'
import type { Live } from './contract.ts'

/** Kept for readers that come back: the last two minutes, of this weight at most (a sample weighs its rows). */
const kept = { weight: 20_000, ms: 120_000 }

/** A broker is presented for whoever reads it, when he takes it. */
type News =
  | { readonly event: 'broker'; readonly key: string }
  | { readonly event: 'gone'; readonly key: string; readonly data: LiveGone }
  | { readonly event: 'sample'; readonly key: string; readonly data: LiveSample }
  | { readonly event: 'replay'; readonly key: string; readonly data: Replay }
  | { readonly event: 'event'; readonly key: string; readonly data: Event }
  | { readonly event: 'reset'; readonly key: string; readonly data: OffsetReset }
type Numbered = { readonly seq: number; readonly atMs: number; readonly news: News }

export interface LiveHub extends Live {
  readonly readers: number
  brokerChanged(id: string): void
  brokerGone(id: string): void
  sampled(sample: LiveSample): void
  replayChanged(replay: Replay): void
  /** It happened, or it ended. */
  happened(event: Event): void
  resetChanged(reset: OffsetReset): void
}

/**
 * One stream of news for every open browser. Invariant: a reader's queue holds one entry a subject, the newest
 * (samples are joined, under the number of the oldest), so a slow reader costs nothing and slows nobody; entries
 * leave in the order of their numbers, so nothing up to the last number a reader saw is missing. A reader that comes back within the kept
 * span gets what he missed; else `resumed` is false and he reads the lists again.
 */
export function createLiveHub(
  serverName: string,
  present: (brokerId: string, caller: Caller) => Broker | null,
  now: () => number,
): LiveHub {
  const boot = randomUUID().slice(0, 8)
  const queues = new Set<Queue>()
  const history: Numbered[] = []
  let weight = 0
  let seq = 0

  function spread(news: News): void {
    seq += 1
    const entry = { seq, atMs: now(), news }
    history.push(entry)
    weight += weigh(news)
    let old = history[0]
    while (old && (weight > kept.weight || entry.atMs - old.atMs > kept.ms)) {
      weight -= weigh(old.news)
      history.shift()
      old = history[0]
    }
    for (const queue of queues) queue.push(entry)
  }

  function missedSince(lastEventId: string | null): readonly Numbered[] | null {
    const [ofBoot, number] = lastEventId?.split('.') ?? []
    if (ofBoot !== boot || !/^\d{1,15}$/.test(number ?? '')) return null
    const last = Number(number)
    const oldest = history.find((entry) => now() - entry.atMs <= kept.ms)?.seq ?? seq + 1
    if (last > seq || last + 1 < oldest) return null
    return history.filter((entry) => entry.seq > last)
  }

  async function* subscribe(lastEventId: string | null, caller: Caller, signal: AbortSignal) {
    const queue = new Queue(signal)
    const missed = missedSince(lastEventId)
    for (const entry of missed ?? []) queue.push(entry)
    const beganAt = seq
    queues.add(queue)
    try {
      yield {
        event: 'hello' as const,
        data: { server: serverName, at: new Date(now()).toISOString(), resumed: missed !== null },
        id: `${boot}.${missed === null ? beganAt : (missed[0]?.seq ?? beganAt + 1) - 1}`,
      }
      for (;;) {
        const entry = await queue.next()
        if (!entry) return
        const event = toEvent(entry.news, caller)
        if (event) yield { ...event, id: `${boot}.${entry.seq}` }
      }
    } finally {
      queues.delete(queue)
    }
  }

  function toEvent(news: News, caller: Caller): LiveEvent | null {
    if (news.event !== 'broker') return { event: news.event, data: news.data } as LiveEvent
    const data = present(news.key, caller)
    return data && { event: 'broker', data }
  }

  return {
    get readers() {
      return queues.size
    },
    brokerChanged: (id) => spread({ event: 'broker', key: id }),
    brokerGone: (id) => spread({ event: 'gone', key: id, data: { broker: id } }),
    sampled: (sample) => spread({ event: 'sample', key: sample.broker, data: sample }),
    replayChanged: (replay) => spread({ event: 'replay', key: replay.id, data: replay }),
    happened: (event) => spread({ event: 'event', key: event.id, data: event }),
    resetChanged: (reset) => spread({ event: 'reset', key: reset.id, data: reset }),
    subscribe,
  }
}

function weigh(news: News): number {
  return news.event === 'sample' ? 1 + news.data.destinations.length + news.data.groups.length : 1
}

/** One reader's news: a subject stands in it once. */
class Queue {
  readonly #waiting = new Map<string, Numbered>()
  readonly #signal: AbortSignal
  #wake: (() => void) | null = null

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', () => this.#wake?.(), { once: true })
  }

  push(entry: Numbered): void {
    const key = `${entry.news.event} ${entry.news.key}`
    const old = this.#waiting.get(key)
    if (old?.news.event === 'sample' && entry.news.event === 'sample') {
      // Samples are differences: the joined one keeps its place, so that no reader passes over its older half.
      this.#waiting.set(key, { ...old, news: join(old.news, entry.news) })
    } else {
      // Taken out first, so that the order of the map stays the order of the numbers.
      this.#waiting.delete(key)
      this.#waiting.set(key, entry)
    }
    this.#wake?.()
  }

  async next(): Promise<Numbered | null> {
    while (this.#waiting.size === 0 && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = null
    }
    const [first] = this.#waiting
    if (this.#signal.aborted || !first) return null
    this.#waiting.delete(first[0])
    return first[1]
  }
}

type SampleNews = Extract<News, { event: 'sample' }>

function join(old: SampleNews, news: SampleNews): SampleNews {
  const [a, b] = [old.data, news.data]
  const destinations = new Map([...a.destinations, ...b.destinations].map((one) => [one.id, one]))
  const groups = new Map([...a.groups, ...b.groups].map((one) => [one.id, one]))
  const data = {
    ...b,
    destinations: [...destinations.values()],
    groups: [...groups.values()],
    structureChanged: a.structureChanged || b.structureChanged,
  }
  return { ...news, data }
}
