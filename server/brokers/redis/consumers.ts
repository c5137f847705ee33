import { countOf } from '../../../lib/format/number.ts'
import type { ActResult } from '../../../lib/schemas/connection.ts'
import { BrokerError, type Call, type DestinationRef } from '../contract/index.ts'
import { type Context, keyOf } from './context.ts'
import { readGroupKey } from './group-key.ts'
import { membersOf } from './group-sample.ts'
import { parseEntryId } from './map.ts'
import { bytesFromName } from './names.ts'
import { listOf, numberOf, textOf } from './reply.ts'

/** Looks and deletes in one step: what a consumer holds would be lost with it, out of every list. */
const removeScript = `
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local name, pending
  for i = 1, #row, 2 do
    if row[i] == 'name' then name = row[i + 1] end
    if row[i] == 'pending' then pending = row[i + 1] end
  end
  if name == ARGV[2] then
    if pending > 0 then return {'pending', pending} end
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
    return {'removed', 0}
  end
end
return {'absent', 0}`

export async function removalEffect(
  context: Context,
  groupKey: string,
  member: string,
  call: Call,
): Promise<string> {
  const { stream, name } = readGroupKey(context, groupKey)
  const found = (await readConsumers(context, groupKey, call)).find(({ id }) => id === member)
  if (!found) throw noConsumer(stream, name, member)
  if (found.pending?.state !== 'ok')
    return `${member} is deleted from ${name} unless it has entries pending, which is not known now: then nothing is done.`
  const pending = found.pending.value
  if (pending > 0)
    return `${member} cannot be deleted: it has ${countOf(pending, 'entry', 'entries')} pending, which nobody could process any more. Acknowledge them, or hand them to another consumer first.`
  return `${member} is deleted from ${name}; it has nothing pending, so nothing is lost. A client that still reads in its name makes it anew.`
}

export async function removeMember(
  context: Context,
  groupKey: string,
  member: string,
  call: Call,
): Promise<ActResult> {
  const { stream, name, key, group } = readGroupKey(context, groupKey)
  const [reply] = await context.link.run(
    key,
    [['EVAL', removeScript, 1, key, group, bytesFromName(member)]],
    call,
  )
  const [answer, count] = listOf(reply)
  if (textOf(answer) === 'absent') throw noConsumer(stream, name, member)
  if (textOf(answer) === 'pending') {
    const pending = numberOf(count)
    throw new BrokerError(
      'conflict',
      `${member} has ${countOf(pending, 'entry', 'entries')} pending: nothing was deleted`,
      { detail: { reason: 'pending', pending } },
    )
  }
  return { done: 1, detail: `${member} was deleted from ${name}` }
}

export async function claimPending(
  context: Context,
  groupKey: string,
  request: {
    readonly ref: DestinationRef
    readonly ids: readonly string[]
    readonly consumer: string
    readonly minIdleMs: number
  },
  call: Call,
): Promise<ActResult> {
  const { stream, name, key, group } = readGroupKey(context, groupKey)
  const { ref, consumer, minIdleMs } = request
  if (!keyOf(context, ref).equals(key))
    throw new BrokerError('not_found', `${name} does not read ${ref.name}`)
  const ids = [...new Set(request.ids.map(parseEntryId))]
  // XCLAIM would make a consumer of any name: a mistyped one would hold what nobody reads.
  const known = await readConsumers(context, groupKey, call)
  if (!known.some(({ id }) => id === consumer)) throw noConsumer(stream, name, consumer)
  const [reply] = await context.link.run(
    key,
    [['XCLAIM', key, group, bytesFromName(consumer), minIdleMs, ...ids, 'JUSTID']],
    call,
  )
  const moved = listOf(reply).length
  const stayed = ids.length - moved
  const rest =
    stayed === 0
      ? ''
      : `; ${stayed} did not: acknowledged meanwhile, less idle than asked, or gone from the stream`
  return { done: moved, detail: `${countOf(moved, 'entry', 'entries')} went to ${consumer}${rest}` }
}

async function readConsumers(context: Context, groupKey: string, call: Call) {
  const { key, group } = readGroupKey(context, groupKey)
  const [reply] = await context.link.run(key, [['XINFO', 'CONSUMERS', key, group]], call)
  return membersOf(reply, context.deps.now())
}

function noConsumer(stream: string, group: string, consumer: string): BrokerError {
  return new BrokerError('not_found', `The group ${group} of ${stream} has no consumer ${consumer}`)
}
