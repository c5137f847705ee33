import type { Control } from './control/control.ts'
import type { Desk, Stop, Worker } from './desk.ts'

/** Milliseconds a worker has for what it holds; what it does not finish the brokers give to the next. */
const graceMs = 15_000

/** Who is at work. Starting and stopping one is what a deploy does; the consoles see its consumer go. */
export class Staff {
  readonly #workers: readonly Worker[]
  readonly #openDesk: (worker: Worker) => Desk
  readonly #atWork = new Map<string, Stop>()
  /** One change at a time. */
  #lane: Promise<unknown> = Promise.resolve()

  constructor(workers: readonly Worker[], control: Control, openDesk: (worker: Worker) => Desk) {
    this.#workers = workers
    this.#openDesk = openDesk
    for (const { name, begins } of workers) if (begins) control.setMood(name, begins)
  }

  get workers(): readonly Worker[] {
    return this.#workers
  }

  isAtWork(name: string): boolean {
    return this.#atWork.has(name)
  }

  /** Consumers first: the first messages then find somebody. */
  async hireAll(): Promise<void> {
    for (const role of ['consumer', 'producer'] as const)
      await Promise.all(this.#of(role).map((worker) => this.#begin(worker)))
  }

  /** Producers first: nothing new comes in, and the rest is finished. */
  async dismissAll(): Promise<void> {
    await this.#lane
    for (const role of ['producer', 'consumer'] as const)
      await Promise.all(this.#of(role).map(({ name }) => this.#end(name)))
  }

  hire(name: string): Promise<void> {
    const worker = this.#find(name)
    return this.#queue(() => this.#begin(worker))
  }

  dismiss(name: string): Promise<void> {
    this.#find(name)
    return this.#queue(() => this.#end(name))
  }

  #of(role: Worker['role']): readonly Worker[] {
    return this.#workers.filter((worker) => worker.role === role)
  }

  /** @throws with the names there are */
  #find(name: string): Worker {
    const worker = this.#workers.find((one) => one.name === name)
    if (!worker)
      throw new Error(
        `no worker called ${name}; there are ${this.#workers.map((one) => one.name).join(', ')}`,
      )
    return worker
  }

  #queue(work: () => Promise<void>): Promise<void> {
    const done = this.#lane.then(work)
    this.#lane = done.catch(() => undefined)
    return done
  }

  async #begin(worker: Worker): Promise<void> {
    if (this.isAtWork(worker.name)) return
    this.#atWork.set(worker.name, await worker.start(this.#openDesk(worker)))
  }

  async #end(name: string): Promise<void> {
    const stop = this.#atWork.get(name)
    if (!stop) return
    this.#atWork.delete(name)
    const late = new Promise<void>((done) => setTimeout(done, graceMs).unref())
    await Promise.race([stop().catch(() => undefined), late])
  }
}
