/** A rest that can be cut short: a loop sleeps in it, whoever has news beats it. A beat while nobody rests is kept. */
export class Pulse {
  #wake: (() => void) | null = null
  #isPending = false

  beat(): void {
    if (this.#wake) this.#wake()
    else this.#isPending = true
  }

  rest(ms: number): Promise<void> {
    if (this.#isPending) {
      this.#isPending = false
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#wake = null
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#wake = end
    })
  }
}
