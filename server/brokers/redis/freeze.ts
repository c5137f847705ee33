import { type Call, type DestinationRef, throwIfOver } from '../contract/index.ts'
import { type Context, expectType, keyOf } from './context.ts'
import { readEntries } from './entries.ts'
import { compareIds } from './map.ts'
import { listOf, textOf } from './reply.ts'
import { readStreamInfo } from './stream-info.ts'

const idsPerPage = 5_000

/** XRANGE has no form without the bodies: a script keeps them on the server. */
const idsScript = `
local rows = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
local ids = {}
for i = 1, #rows do ids[i] = rows[i][1] end
return ids`

/** Every id up to the end as it is now, oldest first, in pages. */
export async function* freezeIds(
  context: Context,
  ref: DestinationRef,
  call: Call,
): AsyncGenerator<readonly string[]> {
  const key = keyOf(context, ref)
  const [type, info] = await context.link.run(
    key,
    [
      ['TYPE', key],
      ['XINFO', 'STREAM', key],
    ],
    call,
  )
  expectType(type, ref)
  const { lastGeneratedId: end } = readStreamInfo(info)
  const rights = await context.rights(call)
  if (rights.script !== null) {
    const range = { from: '-', to: end, order: 'ascending' } as const
    for await (const page of readEntries(context, key, range, Number.POSITIVE_INFINITY, call))
      yield page.map((message) => message.id)
    return
  }
  for (let from = '-'; ; ) {
    throwIfOver(call)
    const [reply] = await context.link.run(key, [['EVAL', idsScript, 1, key, from, end, idsPerPage]], call)
    const ids = listOf(reply).map(textOf)
    const last = ids.at(-1)
    if (last === undefined) return
    yield ids
    if (ids.length < idsPerPage || compareIds(last, end) >= 0) return
    from = `(${last}`
  }
}
