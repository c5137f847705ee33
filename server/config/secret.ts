import { inspect } from 'node:util'

const redacted = '[redacted]'

/** Holds a value that must not be seen by accident: every way of printing it says `[redacted]`. */
export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return redacted
  }

  toJSON(): string {
    return redacted
  }

  [inspect.custom](): string {
    return redacted
  }
}
