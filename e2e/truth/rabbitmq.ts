import { connect } from 'amqplib'
import type { BrokerInstance } from '../../scripts/brokers/index.ts'
import { Acts, difference, type Truth } from './bounds.ts'
import type { Fault } from './check.ts'
import type { Known, Subject } from './subject.ts'

/** An acknowledgement is not confirmed: after so long on a living connection the broker has it. */
const acknowledgedMs = 1_500
const perSecond = 60

/** One queue with its own producer and worker, each on a connection that comes back. */
class Queue {
  readonly name: string
  readonly #url: string
  readonly #type: string
  published = new Acts()
  removed = new Acts()
  #seen = new Set<string>()
  /** Counts of an earlier queue of this name are not its. */
  bornMs = Date.now()
  workPerSecond = perSecond
  #goesOn = true
  #loops: Promise<void>[] = []
  #sent = 0
  #pause: Promise<void> | null = null

  constructor(url: string, name: string, type: string) {
    this.#url = url
    this.name = name
    this.#type = type
  }

  readonly depth: Truth = (atMs) =>
    atMs < this.bornMs ? null : difference(this.published.at(atMs), this.removed.at(atMs))
  readonly arrived: Truth = (atMs) => (atMs < this.bornMs ? null : this.published.at(atMs))

  start(): void {
    this.#loops = [this.#again(() => this.#produce()), this.#again(() => this.#work())]
  }

  async stop(): Promise<void> {
    this.#goesOn = false
    await Promise.allSettled(this.#loops)
    const connection = await connect(this.#url).catch(() => null)
    await (await connection?.createChannel())?.deleteQueue(this.name)
    await connection?.close()
  }

  /** Deleted and made again under the same name: its counts begin at nothing. */
  async recreate(): Promise<void> {
    let wake = () => {}
    this.#pause = new Promise((resolve) => {
      wake = resolve
    })
    await new Promise((done) => setTimeout(done, acknowledgedMs + 500))
    // What was heard of the old one is judged later: nobody knows it any more.
    this.bornMs = Number.POSITIVE_INFINITY
    const connection = await connect(this.#url)
    const channel = await connection.createChannel()
    await channel.deleteQueue(this.name)
    this.published = new Acts()
    this.removed = new Acts()
    this.#seen = new Set()
    await this.#declare(channel)
    this.bornMs = Date.now()
    await connection.close()
    this.#pause = null
    wake()
  }

  async #again(work: () => Promise<void>): Promise<void> {
    while (this.#goesOn) {
      await work().catch(() => undefined)
      if (this.#goesOn) await new Promise((done) => setTimeout(done, 300))
    }
  }

  #declare(channel: { assertQueue(name: string, options: object): Promise<unknown> }): Promise<unknown> {
    return channel.assertQueue(this.name, { durable: true, arguments: { 'x-queue-type': this.#type } })
  }

  async #produce(): Promise<void> {
    const connection = await connect(this.#url)
    connection.on('error', () => undefined)
    let isAlive = true
    connection.on('close', () => {
      isAlive = false
    })
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => undefined)
    await this.#declare(channel)
    while (this.#goesOn && isAlive) {
      if (this.#pause) {
        await channel.waitForConfirms()
        await this.#pause
        continue
      }
      const { published } = this
      this.#sent += 1
      const options = { persistent: true, messageId: `${this.#sent}` }
      published.begin(1)
      channel.sendToQueue(this.name, Buffer.from(`order ${this.#sent}`), options, (error) => {
        if (!error) published.confirm(1)
      })
      await new Promise((done) => setTimeout(done, 1_000 / perSecond))
    }
    await connection.close()
  }

  async #work(): Promise<void> {
    const connection = await connect(this.#url)
    connection.on('error', () => undefined)
    let isAlive = true
    connection.on('close', () => {
      isAlive = false
    })
    const channel = await connection.createChannel()
    channel.on('error', () => undefined)
    channel.on('close', () => {
      isAlive = false
    })
    await this.#declare(channel)
    await channel.prefetch(20)
    const waiting: { deliver: () => void }[] = []
    const { consumerTag } = await channel.consume(this.name, (message) => {
      if (!message) {
        isAlive = false
        return
      }
      const { removed } = this
      const id = String(message.properties.messageId)
      waiting.push({
        deliver: () => {
          channel.ack(message)
          if (!this.#seen.has(id)) removed.begin(1)
          this.#seen.add(id)
          setTimeout(() => {
            if (isAlive) removed.confirm(1)
          }, acknowledgedMs).unref()
        },
      })
    })
    while (this.#goesOn && isAlive) {
      if (!this.#pause) waiting.shift()?.deliver()
      await new Promise((done) => setTimeout(done, 1_000 / this.workPerSecond))
      if (this.#pause && waiting.length > 0) {
        // What is held goes back before the queue is taken away.
        await channel.cancel(consumerTag)
        channel.nackAll(true)
        break
      }
    }
    await new Promise((done) => setTimeout(done, acknowledgedMs + 100))
    await connection.close()
    await this.#pause
  }
}

/** A classic and a quorum queue: backlogs that grow and shrink, a queue that is deleted and made again. */
export function openRabbitmqSubject(instance: BrokerInstance, prefix: string): Subject {
  const { amqp, http, prometheus } = instance.urls
  if (!amqp || !http || !prometheus) throw new Error('the RabbitMQ instance names no addresses')
  const queues = [
    new Queue(amqp, `${prefix}.classic`, 'classic'),
    new Queue(amqp, `${prefix}.quorum`, 'quorum'),
  ]
  let turn = 0
  return {
    id: 'rabbitmq',
    entry: {
      id: 'rabbitmq',
      kind: 'rabbitmq',
      amqp,
      management: http.replace('http://', 'http://guest:guest@'),
      prometheus: new URL(prometheus).origin,
    },
    known: () =>
      queues.flatMap(({ name, depth, arrived }): Known[] => [
        { kind: 'count', of: 'destination', name, metric: 'depth', truth: depth },
        { kind: 'rate', of: 'destination', name, metric: 'inRate', truth: arrived },
      ]),
    async start() {
      for (const queue of queues) queue.start()
    },
    async disturb(note) {
      turn += 1
      const queue = queues[turn % queues.length]
      if (!queue) return
      if (turn % 3 !== 0) {
        // Slower or faster than what arrives: the backlog moves.
        queue.workPerSecond = queue.workPerSecond < perSecond ? perSecond * 2 : perSecond / 3
        note(`${queue.name}: worker at ${Math.round(queue.workPerSecond)}/s`, 0)
        return
      }
      const fault: Fault = note(`${queue.name}: deleted and made again`, 60_000)
      await queue.recreate()
      fault.untilMs = Date.now()
    },
    async stop() {
      await Promise.all(queues.map((queue) => queue.stop()))
    },
  }
}
