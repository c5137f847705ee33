import type { DeadLetterEdge, DeadLettersFacet } from '../contract/index.ts'
import type { CatalogKey } from './catalog.ts'
import { type Context, refOf } from './context.ts'
import type { RedisOptions } from './options.ts'

const word = '(?:dlq|dlt|dead|dead[-_.]?letters?|poison|failed|errors?)'
const suffix = new RegExp(`^(.+)[:._/-]${word}$`, 'i')
const prefix = new RegExp(`^${word}[:._/-](.+)$`, 'i')

/** Redis has no dead-letter queue: what the configuration maps, then names beside the name they are derived from. */
export function openDeadLetters(context: Context): DeadLettersFacet {
  return {
    edges: async (call) => {
      const { keys } = await context.catalog.read(10_000, call)
      return findEdges(context, keys, context.options.deadLetters ?? [])
    },
  }
}

export function findEdges(
  context: Context,
  keys: readonly Pick<CatalogKey, 'type' | 'name'>[],
  mapped: NonNullable<RedisOptions['deadLetters']>,
): DeadLetterEdge[] {
  const types = new Map(keys.filter((key) => key.type !== 'channel').map((key) => [key.name, key.type]))
  const refTo = (name: string) => refOf(context, types.get(name) ?? 'stream', name)
  const configured = mapped.map(
    ({ stream, origin, cause, attempts }): DeadLetterEdge => ({
      from: refTo(origin),
      to: refTo(stream),
      role: 'dead-letter',
      via: 'configured mapping',
      evidence: { rule: 'configured', detail: `The configuration maps ${stream} to ${origin}` },
      fields: { cause, attempts },
    }),
  )
  const isMapped = new Set(mapped.map((one) => one.stream))
  const named = [...types.keys()].flatMap((name): DeadLetterEdge[] => {
    const origin = isMapped.has(name) ? undefined : originByName(name, types)
    if (origin === undefined) return []
    const evidence = { rule: 'name', detail: `Named after ${origin}, which exists` } as const
    return [{ from: refTo(origin), to: refTo(name), role: 'dead-letter', via: 'name', evidence }]
  })
  return [...configured, ...named]
}

/** `orders:dlq`, `orders.dead`, `dlq:orders` … where `orders` exists; also with its hash tag, `{orders}:dlq`. */
function originByName(name: string, known: ReadonlyMap<string, string>): string | undefined {
  const origin = suffix.exec(name)?.[1] ?? prefix.exec(name)?.[1]
  if (origin === undefined) return undefined
  const untagged = /^\{(.+)\}$/.exec(origin)?.[1]
  return [origin, untagged, `{${origin}}`].find((one) => one !== undefined && known.has(one))
}
