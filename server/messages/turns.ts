/** Longer work in one piece would keep every other request waiting. */
const turnMs = 20

/** Gives others their turn when this one was long enough; asked between two pieces of work. */
export class Turns {
  #since = performance.now()

  async giveWay(): Promise<void> {
    if (performance.now() - this.#since < turnMs) return
    await new Promise((resolve) => setImmediate(resolve))
    this.#since = performance.now()
  }
}
