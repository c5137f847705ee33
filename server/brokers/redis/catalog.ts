import type { Problem } from '../../../lib/schemas/problem.ts'
import { type Call, pause, remainingMs, shorten, throwIfOver } from '../contract/index.ts'
import type { Node } from './client.ts'
import { toBrokerError } from './errors.ts'
import type { Link } from './link.ts'
import { nameFromBytes } from './names.ts'
import { bytesOf, listOf, numberOf, textOf } from './reply.ts'

export interface CatalogKey {
  readonly type: 'stream' | 'list' | 'channel'
  readonly name: string
  readonly key: Buffer
  /** Where it was found; a channel has none. */
  readonly node: Node | null
  /** Channels: direct subscribers over all nodes. */
  readonly subscribers: number
}

export interface CatalogSnapshot {
  /** By name in code-unit order, then type. */
  readonly keys: readonly CatalogKey[]
  readonly problems: readonly Problem[]
  readonly atMs: number
}

/** Every stream, list and channel of the database, found by walking the key space; never by KEYS. */
export interface Catalog {
  /** At most `maxAgeMs` old; a walk that took long is kept for twenty times as long as it took. */
  read(maxAgeMs: number, call: Call): Promise<CatalogSnapshot>
}

const keysPerStep = 1_000
const maxStepsPerNode = 5_000

export function openCatalog(link: Link, now: () => number): Catalog {
  let last: { snapshot: CatalogSnapshot; tookMs: number } | null = null
  return {
    read: async (maxAgeMs, call) => {
      throwIfOver(call)
      if (last && now() - last.snapshot.atMs < Math.max(maxAgeMs, maxAgeMs > 0 ? last.tookMs * 20 : 0))
        return last.snapshot
      const startedAt = now()
      const snapshot = await walk(link, startedAt, call)
      last = { snapshot, tookMs: now() - startedAt }
      return snapshot
    },
  }
}

async function walk(link: Link, atMs: number, call: Call): Promise<CatalogSnapshot> {
  const keys = new Map<string, CatalogKey>()
  const problems: Problem[] = []
  const bounded = shorten(call, remainingMs(call) * 0.7)
  const nodes = await link.masters(call)
  let answered = 0
  let refusal: unknown
  await Promise.all(
    nodes.map(async (node) => {
      try {
        await walkKeys(node, keys, problems, bounded)
        await walkChannels(node, keys, problems, bounded)
        answered++
      } catch (error) {
        throwIfOver(call)
        refusal = error
        link.refresh()
        const { code, message } = toBrokerError(error)
        problems.push({ scope: node.id, code, message })
      }
    }),
  )
  if (answered === 0 && refusal !== undefined) throw toBrokerError(refusal)
  const sorted = [...keys.values()].sort((a, b) => compareText(a.name, b.name) || compareText(a.type, b.type))
  return { keys: sorted, problems, atMs }
}

async function walkKeys(
  node: Node,
  found: Map<string, CatalogKey>,
  problems: Problem[],
  call: Call,
): Promise<void> {
  const cursors = new Map<'stream' | 'list', string>([
    ['stream', '0'],
    ['list', '0'],
  ])
  for (let step = 0; cursors.size > 0; step++) {
    if (step >= maxStepsPerNode) {
      problems.push({
        scope: node.id,
        code: 'partial',
        message: `Only the first ${(keysPerStep * step).toLocaleString('en')} keys of the key space were looked at`,
      })
      return
    }
    const types = [...cursors.keys()]
    const replies = await node.run(
      types.map((type) => ['SCAN', cursors.get(type) ?? '0', 'COUNT', keysPerStep, 'TYPE', type]),
      call,
    )
    types.forEach((type, at) => {
      const [cursor, page] = listOf(replies[at])
      for (const item of listOf(page)) {
        const key = bytesOf(item)
        const name = nameFromBytes(key)
        found.set(`${type} ${name}`, { type, name, key, node, subscribers: 0 })
      }
      const next = textOf(cursor)
      if (next === '0') cursors.delete(type)
      else cursors.set(type, next)
    })
    // A walk over millions of keys must not take a busy server for itself.
    if (step % 50 === 49) await pause(call, 5)
  }
}

/** Channels show only while somebody is directly subscribed; patterns name none. */
async function walkChannels(
  node: Node,
  found: Map<string, CatalogKey>,
  problems: Problem[],
  call: Call,
): Promise<void> {
  const [reply] = await node.run([['PUBSUB', 'CHANNELS']], call)
  if (reply instanceof Error) {
    const { code, message } = toBrokerError(reply)
    problems.push({ scope: 'channels', code, message })
    return
  }
  const channels = listOf(reply).map(bytesOf)
  for (let at = 0; at < channels.length; at += keysPerStep) {
    const [counts] = await node.run([['PUBSUB', 'NUMSUB', ...channels.slice(at, at + keysPerStep)]], call)
    const flat = listOf(counts)
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const key = bytesOf(flat[i])
      const name = nameFromBytes(key)
      const subscribers = numberOf(flat[i + 1]) + (found.get(`channel ${name}`)?.subscribers ?? 0)
      found.set(`channel ${name}`, { type: 'channel', name, key, node: null, subscribers })
    }
  }
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
