/** One server-sent event, its data as JSON. */
export interface StreamEvent {
  readonly event: string
  readonly id: string | null
  readonly data: unknown
}

/** Reads an event stream until it ends or `stop` is called; comments and retry lines are left out. */
export function openEvents(
  url: string,
  headers: Record<string, string>,
): {
  readonly events: StreamEvent[]
  readonly ended: Promise<void>
  /** The status of the answer. */
  readonly status: Promise<number>
  stop(): void
} {
  const events: StreamEvent[] = []
  const abort = new AbortController()
  const response = fetch(url, { headers, signal: abort.signal })
  const status = response.then((answer) => answer.status)
  const ended = response
    .then(async (answer) => {
      let rest = ''
      const decoder = new TextDecoder()
      for await (const chunk of answer.body ?? []) {
        rest += decoder.decode(chunk, { stream: true })
        const blocks = rest.split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const event = parse(block)
          if (event) events.push(event)
        }
      }
    })
    .catch((error: unknown) => {
      if (!abort.signal.aborted) throw error
    })
  ended.catch(() => undefined)
  return { events, ended, status, stop: () => abort.abort() }
}

function parse(block: string): StreamEvent | null {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const at = line.indexOf(': ')
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 2))
  }
  const data = fields.get('data')
  const event = fields.get('event')
  if (data === undefined || event === undefined) return null
  return { event, id: fields.get('id') ?? null, data: JSON.parse(data) as unknown }
}
