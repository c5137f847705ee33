import type { Command } from './client.ts'
import { compareIds } from './map.ts'
import { listOf, type Reply, textOf } from './reply.ts'
import type { StreamGroup, StreamInfo } from './stream-info.ts'

interface Found {
  readonly cursor: string
  readonly maxDeletedId: string | null
  readonly id: string
}

/** The first entry a group has not read: one XRANGE a group, and none while its position stays where it is. */
export interface Undelivered {
  /** The id where it is known without asking; null: ask with `command`. */
  known(groupKey: string, info: StreamInfo, group: StreamGroup): string | null
  /** Reads the answer to `command`; null: there is no such entry. */
  read(groupKey: string, info: StreamInfo, group: StreamGroup, reply: Reply): string | null
  keep(keys: ReadonlySet<string>): void
}

export function firstUndelivered(key: Buffer, group: StreamGroup): Command {
  return ['XRANGE', key, `(${group.lastDeliveredId}`, '+', 'COUNT', 1]
}

export function openUndelivered(): Undelivered {
  const found = new Map<string, Found>()
  return {
    keep: (keys) => {
      for (const key of found.keys()) if (!keys.has(key)) found.delete(key)
    },
    known: (groupKey, info, group) => {
      const { firstId, maxDeletedId } = info
      if (firstId !== null && compareIds(firstId, group.lastDeliveredId) > 0) return firstId
      const last = found.get(groupKey)
      const isSame = last?.cursor === group.lastDeliveredId && last.maxDeletedId === maxDeletedId
      // Before 7.0 Redis does not tell of deletions, so there it is asked each time.
      return last && isSame && maxDeletedId !== null ? last.id : null
    },
    read: (groupKey, { maxDeletedId }, group, reply) => {
      const [entry] = listOf(reply)
      if (entry === undefined) {
        found.delete(groupKey)
        return null
      }
      const id = textOf(listOf(entry)[0])
      found.set(groupKey, { cursor: group.lastDeliveredId, maxDeletedId, id })
      return id
    },
  }
}
