import { setTimeout as sleep } from 'node:timers/promises'

/** Speaks to a console as a script would: a bearer token, JSON in and out. */
export class Api {
  readonly #base: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#base = `${url}/api/v1`
    this.#token = token
  }

  get<T>(path: string): Promise<T> {
    return this.#send<T>('GET', path)
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#send<T>('POST', path, JSON.stringify(body))
  }

  /** The id of a destination, waiting until the console knows of it. */
  async findDestination(broker: string, name: string): Promise<string> {
    const path = `/brokers/${broker}/destinations?limit=1000&q=${encodeURIComponent(name)}`
    for (const until = Date.now() + 30_000; ; await sleep(200)) {
      const page = await this.get<{ items: { id: string; name: string }[] }>(path)
      const found = page.items.find((item) => item.name === name)
      if (found) return found.id
      if (Date.now() > until) throw new Error(`The console does not list ${name} after 30 s`)
    }
  }

  async #send<T>(method: string, path: string, body?: string): Promise<T> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' }
    const response = await fetch(this.#base + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return JSON.parse(text) as T
  }
}
