import type { DeadLetterEdge } from '../contract/index.ts'
import { effectiveSetting, numberSetting, type QueueFacts, refOfQueue, textSetting } from './facts.ts'
import { type BindingFact, type Exchange, Routes } from './routes.ts'

interface Node {
  readonly queue: QueueFacts
  readonly exchange: string
  readonly key: string | null
  readonly targets: readonly QueueFacts[]
}

/**
 * One edge for each queue that a queue's rejects reach; `to` null where the broker drops them. An edge that leads
 * out of a retry queue has the role `retry`: what comes by it was waiting, not rejected.
 */
export function findEdges(
  queues: readonly QueueFacts[],
  exchanges: readonly Exchange[],
  bindings: readonly BindingFact[],
): DeadLetterEdge[] {
  const routes = new Routes(exchanges, bindings)
  const byName = new Map(queues.map((queue) => [idOf(queue), queue]))
  const nodes = new Map<string, Node>()
  for (const queue of queues) {
    const node = nodeOf(queue, routes, byName)
    if (node) nodes.set(idOf(queue), node)
  }
  return [...nodes.values()].flatMap((node) => edgesOf(node, routes, isRetryQueue(node, nodes)))
}

const idOf = ({ vhost, name }: Pick<QueueFacts, 'vhost' | 'name'>) => `${vhost}\0${name}`

function nodeOf(queue: QueueFacts, routes: Routes, byName: ReadonlyMap<string, QueueFacts>): Node | null {
  const exchange = textSetting(queue, 'dead-letter-exchange')
  // A stream has no rejects: the settings are accepted and mean nothing.
  if (exchange === null || queue.kind === 'stream') return null
  const key = textSetting(queue, 'dead-letter-routing-key')
  const keys = key === null ? routes.keysOf(queue.vhost, queue.name) : [key]
  const names = routes.reach(queue.vhost, exchange, keys)
  const targets = names.flatMap((name) => byName.get(idOf({ vhost: queue.vhost, name })) ?? [])
  // By its own name and the default exchange a reject would come back; the broker drops that when it expired.
  const isSelf = exchange === '' && key === null
  return {
    queue,
    exchange,
    key,
    targets: isSelf ? targets.filter((target) => target.name !== queue.name) : targets,
  }
}

function edgesOf(node: Node, routes: Routes, isRetry: boolean): DeadLetterEdge[] {
  const { queue, exchange, key, targets } = node
  const source = effectiveSetting(queue, 'dead-letter-exchange')?.source ?? 'argument'
  const shown = exchange === '' ? '(default)' : exchange
  const via = `dead-letter-exchange ${shown}${key === null ? '' : `, key ${key}`}`
  const from = refOfQueue(queue)
  const role = isRetry ? ('retry' as const) : ('dead-letter' as const)
  const said = `${queue.name} has ${via} by ${source}`
  if (targets.length === 0) {
    const why = routes.has(queue.vhost, exchange)
      ? 'no queue is bound to it for these messages'
      : 'it does not exist'
    const detail = `${said}, but ${why}: the broker drops its rejects`
    return [{ from, to: null, role, via, evidence: { rule: 'topology', detail } }]
  }
  return targets.map((target) => {
    const detail = `${said}, which leads to ${target.name}`
    return { from, to: refOfQueue(target), role, via, evidence: { rule: 'topology', detail } }
  })
}

/**
 * A retry queue holds messages for a while and sends them back: it lies on a circle of dead-lettering and lets
 * messages expire (or, with expiry on the messages, nobody consumes it). A delay queue in front of a worker lies
 * on no circle: it expires, nobody consumes it, and what it leads to is a worker's queue.
 */
function isRetryQueue(node: Node, nodes: ReadonlyMap<string, Node>): boolean {
  const { queue } = node
  const expires = numberSetting(queue, 'message-ttl') !== null
  const isIdle = queue.consumers === 0
  const circle = findCircle(node, nodes)
  if (circle.length > 0) {
    if (expires) return isIdle || circle.some((other) => !waits(other))
    return isIdle && !circle.some(waits)
  }
  return expires && isIdle && node.targets.some((target) => isWorkQueue(target, nodes))
}

/** Consumed, or with a place of its own for rejects: a queue that only keeps what died has neither. */
function isWorkQueue(queue: QueueFacts, nodes: ReadonlyMap<string, Node>): boolean {
  return (queue.consumers ?? 0) > 0 || nodes.has(idOf(queue))
}

const waits = ({ queue }: Node) => numberSetting(queue, 'message-ttl') !== null

/** The other queues on a way from this one back to itself; empty when there is none. */
function findCircle(start: Node, nodes: ReadonlyMap<string, Node>): Node[] {
  const seen = new Map<string, Node>()
  const ahead = reachable(start, nodes)
  for (const node of ahead) {
    if (node === start) continue
    if (reachable(node, nodes).includes(start)) seen.set(idOf(node.queue), node)
  }
  return [...seen.values()]
}

function reachable(start: Node, nodes: ReadonlyMap<string, Node>): Node[] {
  const found = new Set<Node>()
  const open = [start]
  for (let node = open.pop(); node; node = open.pop()) {
    for (const target of node.targets) {
      const next = nodes.get(idOf(target))
      if (!next || found.has(next)) continue
      found.add(next)
      open.push(next)
    }
  }
  return [...found]
}
