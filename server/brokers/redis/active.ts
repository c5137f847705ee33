import type { Member } from '../../../lib/schemas/group.ts'
import type { Call } from '../contract/index.ts'
import { isReadingGroup, nameOfClient, parseClients } from './client-list.ts'
import type { Context } from './context.ts'

/**
 * Redis has no members: a consumer is a name that was read under once. One that asked for entries in this time counts
 * as active, and one that waits in XREADGROUP under its own name, however long.
 */
export const activeMs = 60_000

/** The consumers that count as active now. */
export async function activeAmong(
  context: Context,
  key: Buffer,
  members: readonly Member[],
  call: Call,
): Promise<Member[]> {
  const waiting = await waitingClients(context, key, call)
  return members.flatMap((member) => {
    const host = waiting.get(member.id)
    const isRecent = member.idleMs?.state === 'ok' && member.idleMs.value < activeMs
    if (host === undefined && !isRecent) return []
    return host === undefined ? [member] : [{ ...member, client: member.id, host }]
  })
}

/** By name, the address of each client that waits in XREADGROUP; none where CLIENT LIST is refused. */
async function waitingClients(context: Context, key: Buffer, call: Call): Promise<Map<string, string>> {
  const { clients } = await context.rights(call)
  if (clients !== null) return new Map()
  const node = await context.link.nodeOf(key, call)
  const [reply] = await node.run([['CLIENT', 'LIST']], call)
  return new Map(
    parseClients(reply)
      .filter((client) => isReadingGroup(client) && nameOfClient(client) !== '')
      .map((client) => [nameOfClient(client), client.get('addr') ?? '']),
  )
}
