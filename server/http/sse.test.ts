import { describe, expect, it } from 'vitest'
import { eventsResponse, type ServerEvent } from './sse.ts'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function open(source: AsyncIterable<ServerEvent>, heartbeatMs = 1000) {
  const stop = new AbortController()
  const response = eventsResponse(source, { requestId: 'r', log: null, stop, heartbeatMs })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) throw new Error('no body')
  return { response, reader, stop }
}
async function readAll(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text
    text += value
  }
}

describe('a stream of events', () => {
  it('keeps hostile content on its own data line, and ends with its source', async () => {
    async function* source() {
      yield { event: 'message', id: '7', data: { text: 'a\n\nevent: evil\ndata: x\r\u2028' } }
    }
    const { response, reader } = open(source())
    const [, event] = (await readAll(reader)).split('\n\n')
    expect(event).toBe('id: 7\nevent: message\ndata: {"text":"a\\n\\nevent: evil\\ndata: x\\r\u2028"}')
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(response.headers.get('cache-control')).toContain('no-transform')
  })

  it('is written out once for all readers of one event, and anew for another or one without a number', async () => {
    let written = 0
    const data = { toJSON: () => ({ at: ++written }) }
    async function* source(id?: string) {
      yield { event: 'counted', data, ...(id === undefined ? {} : { id }) }
    }
    const texts = ['1', '1', '2', undefined, undefined].map((id) => readAll(open(source(id)).reader))
    const seen = (await Promise.all(texts)).map((text) => /"at":(\d)/.exec(text)?.[1])
    expect(seen[0]).toBe(seen[1])
    expect(new Set(seen).size).toBe(4)
  })

  it('beats while nothing happens', async () => {
    async function* source() {
      await wait(120)
      yield { event: 'done', data: null }
    }
    expect(await readAll(open(source(), 20).reader)).toContain(': beat\n\n')
  })

  it('asks for nothing that the reader has not taken', async () => {
    let made = 0
    async function* source() {
      for (;;) {
        made += 1
        yield { event: 'step', data: made }
      }
    }
    const { reader } = open(source())
    await reader.read()
    await wait(30)
    expect(made).toBeLessThan(10)
    await reader.cancel()
  })

  it('stops its source when the reader leaves, also while that waits', async () => {
    let stopped = false
    const gone = Promise.withResolvers<void>()
    const { reader, stop } = open(
      (async function* () {
        try {
          yield { event: 'hello', data: null }
          await gone.promise
        } finally {
          stopped = true
        }
      })(),
    )
    stop.signal.addEventListener('abort', () => gone.resolve())
    await reader.read()
    await reader.cancel()
    await wait(10)
    expect(stop.signal.aborted).toBe(true)
    expect(stopped).toBe(true)
  })

  it('ends at once when the process stops, whatever the source does', async () => {
    const { reader, stop } = open({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    })
    const text = readAll(reader)
    await wait(10)
    stop.abort()
    expect(await text).toContain(': open')
  })

  it('tells what went wrong on the way, without the inside of it', async () => {
    const failing = (async function* () {
      yield { event: 'hello', data: null }
      throw new Error('password=hunter2')
    })()
    const text = await readAll(open(failing).reader)
    expect(text).toContain('event: problem\ndata: {"error":{"code":"internal"')
    expect(text).not.toContain('hunter2')
  })
})
