import type { Problem } from '../../../lib/schemas/problem.ts'
import { BrokerError, type Call, type Probe } from '../contract/index.ts'
import type { Context } from './context.ts'
import { toBrokerError } from './errors.ts'
import { expectReply, textOf } from './reply.ts'
import { brokerAbilities } from './rights.ts'
import { parseInfo } from './server-info.ts'

/** PING to every master: real, and cheap. A node that is silent makes the broker degraded, all of them make it down. */
export async function probe(context: Context, call: Call): Promise<Probe> {
  const nodes = await context.link.masters(call)
  const problems: Problem[] = []
  let answer: { node: string; info: unknown; user: unknown } | null = null
  let refusal: BrokerError | null = null
  await Promise.all(
    nodes.map(async (node) => {
      try {
        const [pong, info, user] = await node.run([['PING'], ['INFO', 'server'], ['ACL', 'WHOAMI']], call)
        expectReply(pong)
        answer ??= { node: node.id, info, user }
      } catch (error) {
        context.link.refresh()
        refusal = toBrokerError(error)
        problems.push({ scope: node.id, code: refusal.code, message: refusal.message })
      }
    }),
  )
  // Assigned inside callbacks, which the compiler does not follow.
  const heard = answer as { node: string; info: unknown; user: unknown } | null
  if (!heard)
    throw (refusal as BrokerError | null) ?? new BrokerError('unreachable', 'No Redis server answered')
  const rights = await context.rights(call)
  const info = heard.info instanceof Error ? null : parseInfo(heard.info)
  return {
    version: info?.get('valkey_version') ?? info?.get('redis_version') ?? 'unknown',
    identity: context.link.isCluster
      ? `cluster of ${nodes.length} masters: ${nodes.map((node) => node.id).join(', ')}`
      : `${heard.node}, database ${context.link.db}`,
    user: heard.user instanceof Error ? null : textOf(heard.user),
    abilities: brokerAbilities(rights),
    problems,
  }
}
