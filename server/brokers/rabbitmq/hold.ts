import { BrokerError, type Call, newCall, pause, throwIfOver, within } from '../contract/index.ts'
import type { LookPlan } from './abilities.ts'
import type { AmqpChannel, Delivery } from './amqplib.ts'
import { mapAmqpError } from './errors.ts'
import type { Links } from './links.ts'

export interface Held {
  readonly delivery: Delivery
  readonly lane: Lane
  state: 'held' | 'acked'
}

/** One consumer on one channel: a quorum queue returns what one consumer held in its own order. */
interface Lane {
  readonly channel: AmqpChannel
  readonly tag: string
  readonly prefetch: number
  readonly held: Held[]
  acked: number
  /** No longer fed: what it holds stays held. */
  stopped: boolean
  /** Everything below this index in `held` is settled. */
  settled: number
  open: boolean
}

/**
 * Holds messages from the head of a queue, in order, and puts back what is not removed so that the queue keeps
 * its order: lane by lane, each either nacked or closed, as the type and version ask for. Nothing is lost when
 * a connection breaks: the broker then has everything again that was not acknowledged.
 */
export class Hold {
  readonly #links: Links
  readonly #vhost: string
  readonly #queue: string
  readonly #plan: LookPlan
  readonly #lanes: Lane[] = []
  readonly #arrived: Held[] = []
  #wake: (() => void) | null = null
  #lost: BrokerError | null = null
  #closing: Promise<void> | null = null
  bytes = 0

  constructor(links: Links, vhost: string, queue: string, plan: LookPlan) {
    this.#links = links
    this.#vhost = vhost
    this.#queue = queue
    this.#plan = plan
  }

  get lost(): BrokerError | null {
    return this.#lost
  }

  /** Everything that ever arrived, in order. */
  get arrived(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.held.length, 0)
  }

  /** What is in hand and not acknowledged. */
  get unacked(): Held[] {
    return this.#lanes.flatMap((lane) => lane.held.filter((held) => held.state === 'held'))
  }

  get newest(): Held | undefined {
    return this.#lanes.findLast((lane) => lane.held.length > 0)?.held.at(-1)
  }

  /** Lanes to which the broker delivers. */
  get #fed(): Lane[] {
    return this.#lanes.filter((lane) => lane.open && !lane.stopped)
  }

  /** How many more the broker may deliver now. */
  get credit(): number {
    return this.#fed.reduce((sum, lane) => sum + creditOf(lane), 0)
  }

  /** Starts one more consumer; answers how many messages were ready just before. */
  async addLane(prefetch: number, call: Call): Promise<number> {
    const channel = await this.#links.channel(this.#vhost, 'claim', call)
    const lane = newLane(channel, `signalbox-${this.#lanes.length}`, prefetch)
    this.#lanes.push(lane)
    let reason: BrokerError | null = null
    channel.on('error', (error: unknown) => {
      reason = mapAmqpError(error)
    })
    channel.on('close', () => {
      lane.open = false
      if (this.#closing) return
      this.#lose(
        reason ?? new BrokerError('unreachable', 'The connection to RabbitMQ was lost while holding'),
      )
    })
    const { messageCount } = await this.#run(call, channel.checkQueue(this.#queue))
    await this.#run(call, channel.prefetch(prefetch))
    const onDelivery = (delivery: Delivery | null) => this.#accept(lane, delivery)
    await this.#run(call, channel.consume(this.#queue, onDelivery, { noAck: false, consumerTag: lane.tag }))
    return messageCount
  }

  /** Ends all deliveries; what is held stays held. A later lane then continues where this one stopped. */
  async stop(call: Call): Promise<void> {
    await Promise.all(this.#fed.map((lane) => this.#cancel(lane, call)))
  }

  async #cancel(lane: Lane, call: Call): Promise<void> {
    if (this.#plan.rotates) await this.#untilArrived(lane, call)
    lane.stopped = true
    await this.#run(call, lane.channel.cancel(lane.tag))
    // Deliveries may still follow the answer; amqplib closes the connection over an unknown tag.
    lane.channel.registerConsumer(lane.tag, (delivery) => this.#accept(lane, delivery))
  }

  /**
   * Waits for what the broker is about to deliver. What is on its way to a consumer that was cancelled, a quorum
   * queue gives back by itself, to a place before all that is held (rabbit_fifo_client, handle_delivery). Ends
   * too when nothing is left to come, nothing came for a while, or more is held than the order is worth.
   */
  async #untilArrived(lane: Lane, call: Call): Promise<void> {
    let arrived = lane.held.length
    let empty = 0
    let quietSince = Date.now()
    const goesOn = () => Date.now() - quietSince < quietMs && this.bytes < mostBytes
    while (lane.open && creditOf(lane) > 0 && goesOn()) {
      const { messageCount } = await this.#run(call, lane.channel.checkQueue(this.#queue))
      // The count may overtake a delivery: the second answer cannot.
      empty = messageCount === 0 ? empty + 1 : 0
      if (lane.held.length > arrived) {
        arrived = lane.held.length
        quietSince = Date.now()
      } else if (empty > 1) return
      else if (empty === 0) await pause(call, 5)
    }
  }

  /** Ready messages now, asked behind everything that was sent before. */
  async ready(call: Call): Promise<number> {
    const lane = this.#lanes.findLast((one) => one.open)
    if (!lane) throw this.#lost ?? new BrokerError('unreachable', 'Nothing is held any more')
    return (await this.#run(call, lane.channel.checkQueue(this.#queue))).messageCount
  }

  /** As `addLane`, without a consumer: `basic.get` one by one, where a consumer's end would delete the queue. */
  async getLane(count: number, call: Call): Promise<number> {
    const lane = this.#lanes.find((one) => one.tag === '') ?? (await this.#openGetLane(call))
    const { messageCount } = await this.#run(call, lane.channel.checkQueue(this.#queue))
    for (let i = 0; i < Math.min(count, messageCount); i += 1) {
      throwIfOver(call)
      const delivery = await this.#run(call, lane.channel.get(this.#queue, { noAck: false }))
      if (delivery === false) break
      this.#accept(lane, delivery)
    }
    return messageCount
  }

  async #openGetLane(call: Call): Promise<Lane> {
    const lane = newLane(await this.#links.channel(this.#vhost, 'claim', call), '', 0)
    lane.stopped = true
    this.#lanes.push(lane)
    lane.channel.on('close', () => {
      lane.open = false
      if (!this.#closing)
        this.#lose(new BrokerError('unreachable', 'The connection to RabbitMQ was lost while holding'))
    })
    return lane
  }

  async #run<T>(call: Call, work: Promise<T>): Promise<T> {
    return within(
      call,
      work.catch((error: unknown) => {
        throw mapAmqpError(error)
      }),
    )
  }

  #accept(lane: Lane, delivery: Delivery | null): void {
    if (delivery === null) {
      this.#lose(new BrokerError('not_found', `The queue ${this.#queue} was deleted or moved meanwhile`))
      return
    }
    const held: Held = { delivery, lane, state: 'held' }
    lane.held.push(held)
    this.#arrived.push(held)
    this.bytes += delivery.content.length
    this.#wake?.()
  }

  #lose(reason: BrokerError): void {
    this.#lost ??= reason
    this.#wake?.()
  }

  /** What has arrived, at most `max`; waits up to `quietMs` when nothing has. Empty: quiet, or lost. */
  async take(max: number, quietMs: number, call: Call): Promise<Held[]> {
    if (this.#arrived.length === 0 && this.#lost === null) {
      let timer: NodeJS.Timeout | undefined
      const arrival = new Promise<void>((resolve) => {
        this.#wake = resolve
        timer = setTimeout(resolve, quietMs)
      })
      try {
        await within(call, arrival)
      } finally {
        clearTimeout(timer)
        this.#wake = null
      }
    }
    return this.#arrived.splice(0, max)
  }

  /** Acknowledges, contiguous ones in one frame; resolves when the broker has worked the acknowledgements off. */
  async ack(list: readonly Held[], call: Call): Promise<void> {
    if (this.#lost) throw this.#lost
    const lanes = new Set(list.map((held) => held.lane))
    for (const lane of lanes) {
      if (!lane.open)
        throw new BrokerError('unreachable', 'The connection to RabbitMQ was lost while holding')
      const own = list.filter((held) => held.lane === lane && held.state === 'held')
      for (const held of own) held.state = 'acked'
      lane.acked += own.length
      ackLane(lane, own)
    }
    // An acknowledgement has no reply: an answered request behind it on the same channel is the proof.
    await Promise.all([...lanes].map((lane) => this.#run(call, lane.channel.checkQueue(this.#queue))))
  }

  /** Stops deliveries, puts back everything not acknowledged, in order, and closes. Safe to call twice. */
  release(): Promise<void> {
    this.#closing ??= this.#releaseAll()
    return this.#closing
  }

  async #releaseAll(): Promise<void> {
    const lanes = this.#lanes.filter((lane) => lane.open)
    // Cancelled first, all of them: what one lane gives back must not be delivered to the next.
    const call = newCall(releaseMs)
    await Promise.all(this.#fed.map((lane) => atMost(releaseMs, this.#cancel(lane, call))))
    for (const lane of lanes) await this.#releaseLane(lane)
  }

  async #releaseLane(lane: Lane): Promise<void> {
    if (!lane.open) return
    const held = lane.held.filter((one) => one.state === 'held')
    const last = held.at(-1)
    try {
      if (this.#plan.returnBy === 'nack') {
        if (last) lane.channel.nack(last.delivery, true, true)
        await atMost(releaseMs, lane.channel.close())
        return
      }
      const before = (await within(newCall(releaseMs), lane.channel.checkQueue(this.#queue))).messageCount
      await atMost(releaseMs, lane.channel.close())
      if (last) await this.#untilReturned(before + held.length)
    } catch {
      // The channel is gone, and with it the hold: the broker has the messages again.
    }
  }

  /** A quorum queue learns of a closed channel only after the close was answered, and gives back then. */
  async #untilReturned(count: number): Promise<void> {
    const call = newCall(500)
    const channel = await this.#links.channel(this.#vhost, 'claim', call)
    try {
      while ((await within(call, channel.checkQueue(this.#queue))).messageCount < count) await pause(call, 5)
    } finally {
      channel.close().catch(() => undefined)
    }
  }
}

function newLane(channel: AmqpChannel, tag: string, prefetch: number): Lane {
  return { channel, tag, prefetch, held: [], acked: 0, stopped: false, settled: 0, open: true }
}

/** How many more the broker may deliver to it now. */
function creditOf(lane: Lane): number {
  return Math.max(0, lane.prefetch - lane.held.length + lane.acked)
}

const releaseMs = 2_000
/** Ready messages that nobody delivers for this long will not come. */
const quietMs = 250
/** Twice what a look or a claim takes on purpose. */
const mostBytes = 128 * 1024 * 1024

/** Waits for `work`, no longer than `ms`, whatever becomes of it: a frozen broker must not hold the caller. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work.catch(() => undefined), over])
  clearTimeout(timer)
}

/** One frame for the contiguous settled prefix, one each for the rest. */
function ackLane(lane: Lane, list: readonly Held[]): void {
  const fresh = new Set(list)
  let prefixEnd: Held | null = null
  while (lane.settled < lane.held.length) {
    const next = lane.held[lane.settled]
    if (next?.state !== 'acked') break
    if (fresh.delete(next)) prefixEnd = next
    lane.settled += 1
  }
  if (prefixEnd) lane.channel.ack(prefixEnd.delivery, true)
  for (const held of fresh) lane.channel.ack(held.delivery, false)
}
