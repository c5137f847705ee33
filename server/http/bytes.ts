import { apiHeaders } from './headers.ts'

export interface Bytes {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly size: number
}

/** Raw bytes as a download: whatever they are, a browser saves them and runs nothing. */
export function bytesResponse({ bytes, size }: Bytes, requestId: string, stop: AbortController): Response {
  const headers = apiHeaders(requestId)
  headers.set('content-type', 'application/octet-stream')
  headers.set('content-disposition', 'attachment; filename="message-body"')
  headers.set('content-length', String(size))
  const iterator = bytes[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const result = await iterator.next()
      if (result.done) controller.close()
      else controller.enqueue(result.value)
    },
    async cancel() {
      stop.abort()
      await iterator.return?.()
    },
  })
  return new Response(body, { headers })
}
