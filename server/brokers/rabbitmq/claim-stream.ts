import {
  BrokerError,
  type BrokerMessage,
  type Call,
  type Claim,
  type ClaimRequest,
  type ClaimSession,
  type DestinationRef,
  throwIfOver,
} from '../contract/index.ts'
import { streamEffects } from './abilities.ts'
import { parseOffset, streamMessage } from './browse-stream.ts'
import { type Client, vhostOfRef } from './client.ts'
import { offsetOf } from './map.ts'
import { readEnds } from './stream-ids.ts'
import { type StreamEnds, StreamReader } from './stream-reader.ts'

const ahead = 1_000
/** Wanted offsets closer than this are read in one go; farther apart, each is asked for. */
const jumpOffsets = 2_000n
const silenceMs = 5_000

export async function openStreamClaims(
  client: Client,
  ref: DestinationRef,
  { select, window }: ClaimRequest,
  call: Call,
): Promise<ClaimSession> {
  if (select.kind === 'head')
    throw new BrokerError('unsupported', 'A stream is claimed by ids, not from its head')
  const wanted = select.ids.map(parseOffset)
  if (wanted.includes(null)) throw new BrokerError('bad_request', `This is no offset of ${ref.name}`)
  const ends = await readEnds(client, ref, call)
  return new StreamSession(client, ref, ends, wanted.filter((offset) => offset !== null).sort(order), window)
}

const order = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)

/** Reads the wanted offsets in ascending order; those that are gone are left out. Nothing is held. */
class StreamSession implements ClaimSession {
  ended: ClaimSession['ended'] = null
  readonly effects = streamEffects
  readonly #client: Client
  readonly #ref: DestinationRef
  readonly #ends: StreamEnds | null
  readonly #wanted: readonly bigint[]
  readonly #window: number
  #at = 0
  #reader: StreamReader | null = null
  /** The offset the reader comes to next. */
  #next = 0n
  #read: BrokerMessage[] = []

  constructor(
    client: Client,
    ref: DestinationRef,
    ends: StreamEnds | null,
    wanted: readonly bigint[],
    window: number,
  ) {
    this.#client = client
    this.#ref = ref
    this.#ends = ends
    this.#wanted = wanted
    this.#window = Math.max(1, window)
  }

  async next(max: number, call: Call): Promise<readonly Claim[]> {
    throwIfOver(call)
    const wished = Math.min(Math.max(1, max), this.#window)
    let heardAt = Date.now()
    while (this.#read.length < wished && this.ended === null) {
      const offset = this.#wanted[this.#at]
      if (offset === undefined || !this.#ends || offset > this.#ends.last) {
        this.ended = 'done'
        break
      }
      try {
        if (await this.#readOn(offset, call)) heardAt = Date.now()
        else if (Date.now() - heardAt > silenceMs)
          throw new BrokerError('timeout', `The stream ${this.#ref.name} went silent before its end`)
      } catch (error) {
        // The next call starts again at the first offset not handed over.
        this.#drop()
        throw error
      }
    }
    if (this.ended !== null) this.#drop()
    return this.#read.splice(0, wished).map((message) => ({ message, token: null }))
  }

  /** One batch; false when nothing came. */
  async #readOn(offset: bigint, call: Call): Promise<boolean> {
    if (!this.#reader || offset < this.#next || offset - this.#next > jumpOffsets) {
      this.#drop()
      const vhost = vhostOfRef(this.#client, this.#ref)
      this.#reader = await StreamReader.open(
        this.#client.links,
        vhost,
        this.#ref.name,
        { offset },
        ahead,
        call,
      )
      this.#next = offset
    }
    const batch = await this.#reader.next(ahead, call)
    const last = batch.at(-1)
    if (!last) return false
    this.#reader.askOn(last)
    const found = new Map(batch.map((delivery) => [offsetOf(delivery), delivery]))
    this.#next = offsetOf(last) + 1n
    for (; ; this.#at += 1) {
      const wanted = this.#wanted[this.#at]
      if (wanted === undefined || wanted >= this.#next) return true
      const delivery = found.get(wanted)
      if (delivery) this.#read.push(streamMessage(delivery))
    }
  }

  #drop(): void {
    this.#reader?.close()
    this.#reader = null
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {
    this.ended ??= 'done'
    this.#drop()
    this.#read = []
  }
}
