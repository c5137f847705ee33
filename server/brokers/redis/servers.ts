import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Readings } from '../../../lib/schemas/reading.ts'
import { type Call, type NodeSample, ok, throwIfOver, unavailable } from '../contract/index.ts'
import type { Node } from './client.ts'
import type { Context } from './context.ts'
import { toBrokerError } from './errors.ts'
import { sampleServer } from './node-sample.ts'
import { expectReply, listOf, textOf } from './reply.ts'
import { type Health, healthOf } from './server-health.ts'
import { type Info, parseInfo } from './server-info.ts'

export interface Servers {
  readonly readings: Readings
  /** Absent where INFO is refused: then nothing is known of any. */
  readonly nodes: readonly NodeSample[] | undefined
  readonly blocked: string | null
  readonly problems: readonly Problem[]
}

type Answer =
  | { readonly node: Node; readonly info: Info; readonly health: Health; readonly cluster: Problem | null }
  | { readonly node: Node; readonly refusal: Problem }

/**
 * Every master and its replicas; what a master refuses is a problem and makes the sums unknown. Throws when none of
 * them answers at all.
 */
export async function readServers(context: Context, call: Call): Promise<Servers> {
  const masters = await context.link.masters(call)
  let silent = 0
  const answers = await Promise.all(
    masters.map(async (node): Promise<Answer> => {
      try {
        return await readServer(context, node, call)
      } catch (error) {
        throwIfOver(call)
        const { code, message } = toBrokerError(error)
        if (code !== 'forbidden' && ++silent === masters.length) throw toBrokerError(error)
        return { node, refusal: { scope: node.id, code, message } }
      }
    }),
  )
  const atMs = context.deps.now()
  const heard = answers.flatMap((answer) => ('info' in answer ? [answer] : []))
  const refused = answers.flatMap((answer) => ('refusal' in answer ? [answer.refusal] : []))
  const isForbidden = heard.length === 0 && refused.every(({ code }) => code === 'forbidden')
  const sum = (name: string) => heard.reduce((total, { info }) => total + Number(info.get(name)), 0)
  const missing = unavailable('Not every server answered INFO', atMs)
  const cluster = heard.flatMap((answer) => answer.cluster ?? [])
  const refusals = heard.flatMap(({ health }) => health.refusesWrites ?? [])
  const nodes = answers.flatMap((answer) =>
    'info' in answer
      ? sampleServer(answer.node.id, answer.info, answer.health.problems, context.servers, atMs)
      : [lostNode(answer.refusal)],
  )
  return {
    readings: {
      bytes: refused.length === 0 ? ok(sum('used_memory'), 'bytes', atMs) : missing,
      connections: refused.length === 0 ? ok(sum('connected_clients'), 'count', atMs) : missing,
    },
    nodes: isForbidden ? undefined : nodes,
    blocked: cluster[0]?.message ?? blockedBy(refusals, masters.length),
    problems: [
      ...refused,
      ...cluster.slice(0, 1),
      ...nodes.flatMap(({ id, problems }) => ownOf(refused, id, problems)),
    ],
  }
}

async function readServer(context: Context, node: Node, call: Call): Promise<Answer> {
  const { isCluster } = context.link
  const [reply, state] = await node.run(isCluster ? [['INFO'], ['CLUSTER', 'INFO']] : [['INFO']], call)
  const info = parseInfo(reply)
  const failed = info.get('rdb_last_bgsave_status') === 'err'
  const stops = failed ? await stopsOnSaveError(node, call) : null
  const health = healthOf(node.id, info, stops, context.servers)
  return { node, info, health, cluster: isCluster ? clusterTrouble(node, state) : null }
}

/** Redis refuses writes after a failed save only where saving is configured. Null: it may not be asked. */
async function stopsOnSaveError(node: Node, call: Call): Promise<boolean | null> {
  try {
    const [reply, save] = await node.run(
      [
        ['CONFIG', 'GET', 'stop-writes-on-bgsave-error'],
        ['CONFIG', 'GET', 'save'],
      ],
      call,
    )
    const value = (one: unknown) => textOf(listOf(one)[1] ?? '')
    return value(reply) === 'yes' && value(save) !== ''
  } catch (error) {
    throwIfOver(call)
    return toBrokerError(error).code === 'unreachable' ? Promise.reject(error) : null
  }
}

function clusterTrouble(node: Node, reply: unknown): Problem | null {
  if (reply instanceof Error) return null
  const info = parseInfo(expectReply(reply))
  if (info.get('cluster_state') !== 'fail') return null
  const message = `the cluster is down for ${node.id} (${info.get('cluster_slots_ok')} of 16384 slots served): reads and writes are refused`
  return { scope: node.id, code: 'cluster', message }
}

function blockedBy(refusals: readonly string[], masters: number): string | null {
  const [first] = refusals
  if (first === undefined) return null
  return masters === 1 ? first : `${refusals.length} of ${masters} masters refuse writes: ${first}`
}

function lostNode(refusal: Problem): NodeSample {
  const state = refusal.code === 'forbidden' ? 'unknown' : 'down'
  return { id: refusal.scope, name: refusal.scope, state, role: 'master', readings: {}, problems: [refusal] }
}

/** A refusal is told once, of its master. */
function ownOf(refused: readonly Problem[], id: string, problems: readonly Problem[]): readonly Problem[] {
  return refused.some(({ scope }) => scope === id) ? [] : problems
}
