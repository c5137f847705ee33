import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings } from '../../../lib/schemas/reading.ts'
import { type Call, ok, throwIfOver, unavailable } from '../contract/index.ts'
import type { Context } from './context.ts'
import { toBrokerError } from './errors.ts'
import { type Reply, textOf } from './reply.ts'

/** INFO as a map of its lines. */
export function parseInfo(reply: Reply): ReadonlyMap<string, string> {
  const info = new Map<string, string>()
  for (const line of textOf(reply).split('\r\n')) {
    const at = line.indexOf(':')
    if (at > 0 && !line.startsWith('#')) info.set(line.slice(0, at), line.slice(at + 1))
  }
  return info
}

/**
 * Memory and connections over all masters; what a node refuses is a problem and makes the sums unknown. Throws
 * when none of them answers at all.
 */
export async function readServers(
  context: Context,
  call: Call,
): Promise<{ readings: Readings; problems: Problem[] }> {
  const nodes = await context.link.masters(call)
  const problems: Problem[] = []
  let [bytes, connections, isComplete, silent] = [0, 0, true, 0]
  await Promise.all(
    nodes.map(async (node) => {
      try {
        const [reply] = await node.run([['INFO']], call)
        const info = parseInfo(reply)
        bytes += Number(info.get('used_memory'))
        connections += Number(info.get('connected_clients'))
        problems.push(...healthProblems(node.id, info))
      } catch (error) {
        throwIfOver(call)
        isComplete = false
        const refusal = toBrokerError(error)
        problems.push({ scope: node.id, code: refusal.code, message: refusal.message })
        if (refusal.code !== 'forbidden' && ++silent === nodes.length) throw refusal
      }
    }),
  )
  const atMs = context.deps.now()
  const missing = unavailable('Not every server answered INFO', atMs)
  return {
    readings: {
      bytes: isComplete ? ok(bytes, 'bytes', atMs) : missing,
      connections: isComplete ? ok(connections, 'count', atMs) : missing,
    },
    problems,
  }
}

function healthProblems(scope: string, info: ReadonlyMap<string, string>): Problem[] {
  const problems: Problem[] = []
  const [used, max] = [Number(info.get('used_memory')), Number(info.get('maxmemory'))]
  if (max > 0 && used > max * 0.9) {
    const share = Math.floor((used / max) * 100)
    const policy = info.get('maxmemory_policy') ?? 'unknown'
    const consequence =
      policy === 'noeviction' ? 'writes are refused at the limit' : `keys are evicted (${policy})`
    problems.push({ scope, code: 'memory', message: `Memory is at ${share} % of maxmemory; ${consequence}` })
  }
  if (info.get('aof_last_write_status') === 'err')
    problems.push({ scope, code: 'aof', message: 'The last write to the append-only file failed' })
  if (info.get('rdb_last_bgsave_status') === 'err')
    problems.push({ scope, code: 'rdb', message: 'The last background save failed' })
  return problems
}
