/**
 * One life of the console in a test: every step of storage and broker passes here, before and after its effect,
 * and at step `dieAt` the life ends: from then on nothing answers any more, as after `kill -9`.
 */
export class Life {
  readonly #dieAt: number
  readonly #onDeath: (() => void)[] = []
  #steps = 0
  readonly died: Promise<void>
  #tellDeath: () => void = () => undefined

  constructor(dieAt = Number.POSITIVE_INFINITY) {
    this.#dieAt = dieAt
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve
    })
  }

  get isOver(): boolean {
    return this.#steps >= this.#dieAt
  }

  onDeath(act: () => void): void {
    this.#onDeath.push(act)
  }

  async step(): Promise<void> {
    if (this.isOver) return new Promise(() => undefined)
    this.#steps += 1
    if (!this.isOver) return
    for (const act of this.#onDeath) act()
    this.#tellDeath()
    return new Promise(() => undefined)
  }

  /** `target` with a step before and after each of its functions. */
  wrap<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (held, name) => {
        const member: unknown = Reflect.get(held, name)
        if (typeof member === 'object' && member !== null) return this.wrap(member)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          await this.step()
          const result: unknown = await Reflect.apply(member, held, args)
          await this.step()
          return result
        }
      },
    })
  }
}
