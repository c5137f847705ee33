import { formatBytes } from '../../../../lib/format/number.ts'
import type { Problem } from '../../../../lib/schemas/problem.ts'
import { type NodeSample, ok } from '../../contract/index.ts'
import type { SandboxBroker } from '../engine/broker.ts'
import { bytesEach, idleBytes } from '../engine/nodes.ts'

export const sandboxVersion = '1.0'
const fileHandlesLimit = 1_024
const idleFileHandles = 40
const formula = `${formatBytes(idleBytes)} and ${formatBytes(bytesEach)} for each message it keeps`

/** The servers, by what they keep and who is connected to them; estimated where it is reckoned. */
export function sampleNodes(broker: SandboxBroker, atMs: number): NodeSample[] {
  const { nodes } = broker
  const clients = broker.clients.list().length
  const full = nodes.full()
  return nodes.names.map((name, index) => {
    const memory = nodes.memoryOf(name)
    // Clients are dealt to the servers in turn; the console itself is on the first.
    const connections =
      Math.floor(clients / nodes.names.length) +
      (index < clients % nodes.names.length ? 1 : 0) +
      (index === 0 ? 1 : 0)
    const estimated = (value: number) => ({
      ...ok(value, 'bytes', atMs, 'estimated'),
      detail: { formula },
    })
    return {
      id: name,
      name,
      state: 'running',
      role: index === 0 ? 'controller' : 'replica',
      version: sandboxVersion,
      startedAt: new Date(broker.startedMs).toISOString(),
      readings: {
        memory: estimated(memory),
        memoryLimit: ok(nodes.memoryLimitBytes, 'bytes', atMs),
        disk: estimated(nodes.diskBytes - memory),
        diskLimit: ok(nodes.diskFloorBytes, 'bytes', atMs),
        fileHandles: ok(idleFileHandles + connections, 'count', atMs),
        fileHandlesLimit: ok(fileHandlesLimit, 'count', atMs),
        connections: ok(connections, 'count', atMs),
      },
      problems: full.includes(name) ? [outOfMemory(name, memory, nodes.memoryLimitBytes)] : [],
    }
  })
}

function outOfMemory(node: string, used: number, limit: number): Problem {
  const message = `${node} uses ${formatBytes(used)} of ${formatBytes(limit)} memory: it accepts no messages until some leave`
  return { scope: node, code: 'memory', message }
}
