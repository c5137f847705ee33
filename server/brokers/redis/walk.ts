import { type Call, throwIfOver } from '../contract/index.ts'
import type { Context } from './context.ts'
import { readEntries } from './entries.ts'
import { listOf, numberOf, textOf } from './reply.ts'

/** Entries one script looks at: few enough to block the server for no longer than a few milliseconds. */
const entriesPerStep = 2_000

/** Counts without sending the entries: how many there are, and the id of the last. */
const stepScript = `
local rows = redis.call(ARGV[1], KEYS[1], ARGV[2], ARGV[3], 'COUNT', ARGV[4])
if #rows == 0 then return {0, ''} end
return {#rows, rows[#rows][1]}`

export interface Walked {
  readonly count: number
  /** The furthest entry reached; null when there was none. */
  readonly lastId: string | null
  /** The range ended before the limit did. */
  readonly isWhole: boolean
}

/**
 * Goes over entries one by one, at most `limit`, and counts them. `from` and `to` as XRANGE takes them; descending
 * from the higher one. Nothing is sent but counts, unless scripts are refused.
 */
export async function walkEntries(
  context: Context,
  key: Buffer,
  range: { readonly from: string; readonly to: string; readonly order: 'ascending' | 'descending' },
  limit: number,
  call: Call,
): Promise<Walked> {
  const { script } = await context.rights(call)
  let [count, lastId]: [number, string | null] = [0, null]
  if (script !== null) {
    for await (const page of readEntries(context, key, range, limit, call)) {
      count += page.length
      lastId = page.at(-1)?.id ?? lastId
    }
    return { count, lastId, isWhole: count < limit }
  }
  const command = range.order === 'ascending' ? 'XRANGE' : 'XREVRANGE'
  for (let { from } = range; count < limit; ) {
    throwIfOver(call)
    const step = Math.min(entriesPerStep, limit - count)
    const [reply] = await context.link.run(
      key,
      [['EVAL', stepScript, 1, key, command, from, range.to, step]],
      call,
    )
    const [found, id] = listOf(reply)
    const seen = numberOf(found)
    if (seen > 0) lastId = textOf(id)
    count += seen
    if (seen < step) return { count, lastId, isWhole: true }
    from = `(${lastId}`
  }
  return { count, lastId, isWhole: false }
}
