import { BrokerError, type Call, type DriverDeps, newCall, shorten, within } from '../contract/index.ts'
import { type Command, type Node, openNode } from './client.ts'
import { isRedirect, toBrokerError } from './errors.ts'
import { type Access, type Address, textOfAddress } from './options.ts'
import { listOf, numberOf, type Reply, textOf } from './reply.ts'
import { slotOf } from './slots.ts'

/** The server or the cluster behind one configured broker. */
export interface Link {
  readonly isCluster: boolean
  readonly db: string
  /** Every node that holds keys. */
  masters(call: Call): Promise<readonly Node[]>
  nodeOf(key: Buffer, call: Call): Promise<Node>
  /** Commands on one key as one pipeline; sent once more where a moved slot refused them all. */
  run(key: Buffer, commands: readonly Command[], call: Call): Promise<Reply[]>
  /** Can one script or transaction touch both keys? */
  areTogether(a: Buffer, b: Buffer): boolean
  /** Forget the slot map: the next call asks for it again. */
  refresh(): void
  close(): void
}

interface SlotRange {
  readonly from: number
  readonly to: number
  readonly node: Node
}

export function openLink(access: Access, deps: DriverDeps): Link {
  return access.isCluster ? openCluster(access, deps) : openSingle(access, deps)
}

function openSingle(access: Access, deps: DriverDeps): Link {
  const [seed] = access.seeds
  if (!seed) throw new BrokerError('bad_request', 'No Redis address is configured')
  const node = openNode(seed, access, deps)
  return {
    isCluster: false,
    db: String(access.db),
    masters: async () => [node],
    nodeOf: async () => node,
    run: (_key, commands, call) => node.run(commands, call),
    areTogether: () => true,
    refresh: () => undefined,
    close: () => node.close(),
  }
}

const topologyAgeMs = 5_000

/** Keys are routed here and not by ioredis, whose cluster client resends a command after a lost connection. */
function openCluster(access: Access, deps: DriverDeps): Link {
  const nodes = new Map<string, Node>()
  let ranges: readonly SlotRange[] = []
  let readAtMs = 0
  let reading: Promise<void> | null = null

  function nodeAt(address: Address): Node {
    const id = textOfAddress(address)
    const known = nodes.get(id)
    if (known) return known
    const node = openNode(address, access, deps)
    nodes.set(id, node)
    return node
  }

  async function readTopology(call: Call): Promise<void> {
    let lastError: unknown = new BrokerError('unreachable', 'No node of the cluster answered')
    const known = [...new Set([...ranges.map((range) => range.node), ...access.seeds.map(nodeAt)])]
    for (const node of known) {
      try {
        const [slots] = await node.run([['CLUSTER', 'SLOTS']], shorten(call, 1_500))
        ranges = listOf(slots).map((row) => {
          const [from, to, master] = listOf(row)
          const [host, port] = listOf(master)
          const seed = node.id.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
          return {
            from: numberOf(from),
            to: numberOf(to),
            node: nodeAt({ host: (host === null ? '' : textOf(host)) || seed, port: numberOf(port) }),
          }
        })
        if (ranges.length === 0) throw new BrokerError('unreachable', 'The cluster serves no slots')
        readAtMs = Date.now()
        return
      } catch (error) {
        lastError = error
      }
    }
    throw toBrokerError(lastError)
  }

  async function topology(call: Call): Promise<readonly SlotRange[]> {
    if (Date.now() - readAtMs < topologyAgeMs) return ranges
    // On a call of its own: the one who asked first may leave while others wait.
    reading ??= readTopology(newCall(6_000)).finally(() => {
      reading = null
    })
    await within(call, reading)
    return ranges
  }

  const link: Link = {
    isCluster: true,
    db: '0',
    masters: async (call) => {
      const found = await topology(call)
      return [...new Set(found.map((range) => range.node))].sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    nodeOf: async (key, call) => {
      const slot = slotOf(key)
      const range = (await topology(call)).find((one) => one.from <= slot && slot <= one.to)
      if (!range) throw new BrokerError('unreachable', `No node serves slot ${slot} of the cluster`)
      return range.node
    },
    run: async (key, commands, call) => {
      try {
        const replies = await (await link.nodeOf(key, call)).run(commands, call)
        if (!replies.length || !replies.every(isRedirect)) return replies
        link.refresh()
        return await (await link.nodeOf(key, call)).run(commands, call)
      } catch (error) {
        link.refresh()
        throw error
      }
    },
    areTogether: (a, b) => slotOf(a) === slotOf(b),
    refresh: () => {
      readAtMs = 0
    },
    close: () => {
      for (const node of nodes.values()) node.close()
    },
  }
  return link
}
