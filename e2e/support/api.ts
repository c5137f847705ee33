export interface Answer<T> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
}

/** The fields of a destination these tests go by; its full shape is checked by the shape tests. */
export interface DestinationRow {
  readonly id: string
  readonly name: string
  readonly readings: Readonly<Record<string, { readonly state: string; readonly value?: number }>>
  readonly links: { readonly self: string; readonly messages: string }
}

/**
 * Speaks HTTP to a console as a script would: a bearer token, JSON in and out. A caller names the fields it
 * goes by as `T`, from the documentation; nothing of the product is imported.
 */
export class Api {
  readonly #base: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#base = `${url}/api/v1`
    this.#token = token
  }

  /** The answer whatever its status; `path` starts below `/api/v1`, or is a link as the API gave it. */
  async send<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    init: { headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<Answer<T>> {
    const url = path.startsWith('/api/v1') ? `${this.#base.slice(0, -7)}${path}` : `${this.#base}${path}`
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(init.signal ? { signal: init.signal } : {}),
    })
    const text = await response.text()
    const answer: unknown = text === '' ? null : JSON.parse(text)
    return { status: response.status, headers: response.headers, body: answer as T }
  }

  /** The body of a good answer; throws with what the server said otherwise. */
  async get<T>(path: string): Promise<T> {
    return expectGood(await this.send<T>('GET', path), `GET ${path}`)
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return expectGood(await this.send<T>('POST', path, body), `POST ${path}`)
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return expectGood(await this.send<T>('PATCH', path, body), `PATCH ${path}`)
  }

  async delete<T>(path: string, body: unknown = {}): Promise<T> {
    return expectGood(await this.send<T>('DELETE', path, body), `DELETE ${path}`)
  }

  /** All items of a list, page by page. */
  async all<T>(path: string): Promise<readonly T[]> {
    const items: T[] = []
    let cursor: string | null = null
    do {
      const mark = path.includes('?') ? '&' : '?'
      const next: string = cursor === null ? path : `${path}${mark}cursor=${encodeURIComponent(cursor)}`
      const page: { items: T[]; nextCursor: string | null } = await this.get(next)
      items.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== null)
    return items
  }

  /** The destination of that name as the list shows it, waiting up to 10 s for it to appear. */
  async destination(broker: string, name: string): Promise<DestinationRow> {
    return waitFor(async () => {
      const path = `/brokers/${broker}/destinations?limit=1000&q=${encodeURIComponent(name)}`
      const page = await this.get<{ items: DestinationRow[] }>(path)
      return page.items.find((item) => item.name === name)
    }, `${name} on ${broker}`)
  }
}

function expectGood<T>(answer: Answer<T>, what: string): T {
  if (answer.status >= 200 && answer.status < 300) return answer.body
  throw new Error(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
}

/** Asks until there is an answer that is not null, undefined or false. */
export async function waitFor<T>(
  ask: () => Promise<T | null | undefined | false>,
  what: string,
  limitMs = 10_000,
): Promise<T> {
  const until = Date.now() + limitMs
  let last: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== null && answer !== undefined && answer !== false) return answer
      last = answer
    } catch (error) {
      last = error
    }
    if (Date.now() > until)
      throw new Error(`${what}: not seen within ${limitMs / 1000} s (last: ${String(last)})`)
    await new Promise((done) => setTimeout(done, 200))
  }
}
