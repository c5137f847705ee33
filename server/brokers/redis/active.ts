import type { Member } from '../../../lib/schemas/group.ts'
import type { Call } from '../contract/index.ts'
import { type Client, isReadingGroup, nameOfClient, parseClients } from './client-list.ts'
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
  const clients = await clientsByName(context, key, call)
  return members.flatMap((member) => {
    const own = clients.get(member.id)
    const isRecent = member.idleMs?.state === 'ok' && member.idleMs.value < activeMs
    if (!isRecent && !own?.some(isReadingGroup)) return []
    const host = own?.[0]?.get('addr')
    return host === undefined ? [member] : [{ ...member, client: member.id, host }]
  })
}

/** The clients of the server that holds the key, by the name they gave; none where CLIENT LIST is refused. */
async function clientsByName(context: Context, key: Buffer, call: Call): Promise<Map<string, Client[]>> {
  const { clients } = await context.rights(call)
  if (clients !== null) return new Map()
  const node = await context.link.nodeOf(key, call)
  const [reply] = await node.run([['CLIENT', 'LIST']], call)
  return Map.groupBy(
    parseClients(reply).filter((client) => nameOfClient(client) !== ''),
    nameOfClient,
  )
}
