import type { Member } from '../../../lib/schemas/group.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Call } from '../contract/index.ts'
import type { CatalogKey } from './catalog.ts'
import type { Node } from './client.ts'
import type { Context } from './context.ts'
import { toBrokerError } from './errors.ts'
import { membersOf } from './group-sample.ts'
import { readStreamGroups } from './stream-info.ts'

const catalogAgeMs = 30_000
const streamsLookedAt = 2_000

/** A consumer of a group, by its own name. */
export interface Reader {
  readonly stream: string
  readonly group: string
  readonly member: Member
}

/** Every consumer of every group of these streams; without any, of all streams there are. */
export async function readRoster(
  context: Context,
  only: CatalogKey | null,
  call: Call,
): Promise<{ readers: Reader[]; problems: Problem[] }> {
  const { keys } = only ? { keys: [only] } : await context.catalog.read(catalogAgeMs, call)
  const streams = keys.filter(({ type }) => type === 'stream')
  const problems: Problem[] =
    streams.length <= streamsLookedAt
      ? []
      : [
          {
            scope: 'consumers',
            code: 'partial',
            message: `Of ${streams.length} streams the first ${streamsLookedAt} were searched for consumers`,
          },
        ]
  const byNode = Map.groupBy(streams.slice(0, streamsLookedAt), ({ node }) => node)
  const parts = await Promise.all(
    [...byNode].map(([node, own]) => (node ? readersOn(context, node, own, problems, call) : [])),
  )
  return { readers: parts.flat(), problems }
}

async function readersOn(
  context: Context,
  node: Node,
  streams: readonly CatalogKey[],
  problems: Problem[],
  call: Call,
): Promise<Reader[]> {
  const found = await node.run(
    streams.map(({ key }) => ['XINFO', 'GROUPS', key]),
    call,
  )
  const groups = streams.flatMap((stream, at) =>
    orElse([], stream.name, problems, () => readStreamGroups(found[at])).map((group) => ({ stream, group })),
  )
  const replies = await node.run(
    groups.map(({ stream, group }) => ['XINFO', 'CONSUMERS', stream.key, group.rawName]),
    call,
  )
  const atMs = context.deps.now()
  return groups.flatMap(({ stream, group }, at) =>
    orElse([], group.name, problems, () => membersOf(replies[at], atMs)).map((member) => ({
      stream: stream.name,
      group: group.name,
      member,
    })),
  )
}

/** What went between the two looks is no reader; what was refused is a problem. */
function orElse<T>(instead: T, scope: string, problems: Problem[], read: () => T): T {
  try {
    return read()
  } catch (error) {
    const { code, message } = toBrokerError(error)
    if (code !== 'not_found' && code !== 'conflict') problems.push({ scope, code, message })
    return instead
  }
}
