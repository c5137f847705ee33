import { type BrokerMessage, type Call, throwIfOver } from '../contract/index.ts'
import type { Context } from './context.ts'
import { messageOfEntry } from './map.ts'
import { listOf } from './reply.ts'

export interface Range {
  /** `-`, an id, or `(` and an id. */
  readonly from: string
  readonly to: string
  readonly order: 'ascending' | 'descending'
}

const targetBytesPerRequest = 4 * 1024 * 1024
const maxPerRequest = 1_000

/**
 * The entries of a range in pages that start small and follow the size of what was seen, so that neither large
 * entries nor many small ones make one reply a problem. Ends with the range, not with a page.
 */
export async function* readEntries(
  context: Context,
  key: Buffer,
  range: Range,
  limit: number,
  call: Call,
): AsyncGenerator<readonly BrokerMessage[]> {
  const command = range.order === 'ascending' ? 'XRANGE' : 'XREVRANGE'
  let [from, remaining, size] = [range.from, limit, 64]
  while (remaining > 0) {
    throwIfOver(call)
    const count = Math.min(size, remaining)
    const [reply] = await context.link.run(key, [[command, key, from, range.to, 'COUNT', count]], call)
    const rows = listOf(reply)
    const messages = rows
      .map((row) => messageOfEntry(row, context.options.bodyField))
      .filter((message) => message !== null)
    const last = messages.at(-1)
    if (last) yield messages
    if (!last || rows.length < count) return
    from = `(${last.id}`
    remaining -= rows.length
    const average = messages.reduce((sum, message) => sum + message.sizeBytes, 0) / messages.length
    size = Math.max(1, Math.min(maxPerRequest, size * 4, Math.floor(targetBytesPerRequest / (average + 1))))
  }
}
