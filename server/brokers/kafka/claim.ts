import {
  BrokerError,
  type BrokerMessage,
  type Call,
  type Claim,
  type ClaimFacet,
  type ClaimRequest,
  type ClaimSession,
  type DestinationRef,
  within,
} from '../contract/index.ts'
import { lookEffects } from './abilities.ts'
import type { Cluster } from './cluster.ts'
import { countMessages, listIds } from './ids.ts'
import { messageOf, type Place, placeOfId, topicOf } from './map.ts'
import { type Bounds, laterOf, readBounds } from './offsets.ts'
import { PartitionScan } from './scan.ts'
import type { TopicFacts } from './topic-facts.ts'

/** A log keeps everything: a claim reads by offset and holds nothing, settling marks nothing here. */
export function claimFacet(cluster: Cluster, facts: TopicFacts): ClaimFacet {
  return {
    shapeOf: () => 'log',
    settlesOf: () => 'marks',
    count: async (ref, call) => {
      const topic = topicOf(ref)
      return countMessages(cluster, topic, await facts.mayHaveGaps(topic, call), call)
    },
    freeze: (ref, call) => listIds(cluster, topicOf(ref), call),
    effects: async () => lookEffects,
    open: (ref, request, call) => openClaims(cluster, ref, request, call),
  }
}

async function openClaims(
  cluster: Cluster,
  ref: DestinationRef,
  request: ClaimRequest,
  call: Call,
): Promise<ClaimSession> {
  const topic = topicOf(ref)
  const ids = request.select.kind === 'ids' ? request.select.ids : []
  const places = ids.map(placeOfId)
  if (places.includes(null)) throw new BrokerError('bad_request', `This is no message id of ${topic}`)
  const { bounds } = await readBounds(cluster, topic, call)
  const head =
    request.select.kind === 'head' ? await headOf(cluster, topic, request.select.count, call) : places
  return new LogSession(
    cluster,
    topic,
    bounds,
    head.flatMap((place) => (place ? [place] : [])),
    request.window,
  )
}

async function headOf(cluster: Cluster, topic: string, count: number, call: Call) {
  const places: (Place | null)[] = []
  for await (const page of listIds(cluster, topic, call)) {
    places.push(...page.map(placeOfId))
    if (places.length >= count) break
  }
  return places.slice(0, count)
}

/** Runs of wanted offsets closer than this are read in one scan; farther apart, each is asked for. */
const jumpOffsets = 2_000n
const fetchBytes = 2 * 1024 * 1024

/** Reads the wanted places in the order asked, a scan for each run of ascending offsets. Ids that are gone are left out. */
class LogSession implements ClaimSession {
  ended: ClaimSession['ended'] = null
  readonly effects = lookEffects
  readonly #cluster: Cluster
  readonly #topic: string
  readonly #bounds: ReadonlyMap<number, Bounds>
  readonly #wanted: readonly Place[]
  readonly #window: number
  #at = 0
  #scan: PartitionScan | null = null
  #buffer: BrokerMessage[] = []
  #ahead: Promise<BrokerMessage[]> | null = null

  constructor(
    cluster: Cluster,
    topic: string,
    bounds: readonly Bounds[],
    wanted: readonly Place[],
    window: number,
  ) {
    this.#cluster = cluster
    this.#topic = topic
    this.#bounds = new Map(bounds.map((row) => [row.partition, row]))
    this.#wanted = wanted
    this.#window = Math.max(1, window)
  }

  async next(max: number, call: Call): Promise<readonly Claim[]> {
    const wished = Math.min(Math.max(1, max), this.#window)
    while (this.#buffer.length < wished && this.ended === null) {
      const found = await this.#take(call)
      if (found === null) this.ended = 'done'
      else this.#buffer.push(...found)
    }
    if (this.ended === null && this.#buffer.length < wished * 2) this.#readAhead(call)
    return this.#buffer.splice(0, wished).map((message) => ({ message, token: null }))
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {
    this.ended ??= 'done'
    this.#buffer = []
  }

  /** What was read ahead, or the next fetch; null at the end. A failed read ahead is simply read again. */
  async #take(call: Call): Promise<BrokerMessage[] | null> {
    const ahead = this.#ahead
    if (ahead) {
      const found = await within(call, ahead)
      this.#ahead = null
      return found
    }
    return this.#at >= this.#wanted.length ? null : this.#fetch(call)
  }

  #readAhead(call: Call): void {
    if (this.#ahead || this.#at >= this.#wanted.length) return
    const at = this.#at
    this.#ahead = this.#fetch(call).catch(() => {
      this.#at = at
      this.#scan = null
      return []
    })
  }

  /** One fetch's worth of wanted messages, possibly none. */
  async #fetch(call: Call): Promise<BrokerMessage[]> {
    const wanted = this.#wanted[this.#at]
    const bounds = wanted && this.#bounds.get(wanted.partition)
    if (!wanted || !bounds || wanted.offset < bounds.start) {
      this.#at++
      return []
    }
    const scan = this.#scanFor(wanted, bounds)
    const from = scan.next
    const records = await scan.records(call)
    const read = laterOf(scan.next, from + 1n)
    const byOffset = new Map(records.map((record) => [record.offset, record]))
    const found: BrokerMessage[] = []
    let last = -1n
    for (; ; this.#at++) {
      const place = this.#wanted[this.#at]
      const isRead =
        place && place.partition === wanted.partition && place.offset >= from && place.offset < read
      if (!isRead || place.offset <= last) break
      last = place.offset
      const record = byOffset.get(place.offset)
      if (record) found.push(messageOf(place.partition, record))
    }
    return found
  }

  #scanFor(wanted: Place, bounds: Bounds): PartitionScan {
    const scan = this.#scan
    const near =
      scan?.partition === wanted.partition &&
      wanted.offset >= scan.next &&
      wanted.offset - scan.next < jumpOffsets
    if (scan && near && !scan.done) return scan
    const { partition, leader, end } = bounds
    const to = laterOf(end, wanted.offset + 1n)
    const range = { topic: this.#topic, partition, leader, from: wanted.offset, to }
    this.#scan = new PartitionScan(this.#cluster, range, 'read', fetchBytes)
    return this.#scan
  }
}
