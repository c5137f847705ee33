import type { EventKind } from '../../lib/schemas/event.ts'
import type { AuditRepository } from '../storage/contract/index.ts'
import type { News } from './ports.ts'

type Entry = Parameters<AuditRepository['begin']>[0]

/** What a person did that changes a chart, as it is told. */
const acts: Readonly<Record<string, readonly [kind: EventKind, words: (target: string) => string]>> = {
  'destination.purge': ['purge', (target) => `${target} was purged`],
  'message.settle': ['settle', (target) => `Messages were taken out of ${target}`],
  'backup.restore': ['restore', (target) => `Backup ${target} was put back`],
  'group.remove-member': ['member-removed', (target) => `A member of ${target} was removed`],
  'group.claim-pending': ['other', (target) => `Pending messages of ${target} were handed over`],
  'connection.close': ['connection-closed', () => 'A connection was closed'],
}

/** The audit trail, which tells events of what was done: the same row, when it is finished well. */
export function withEvents(audit: AuditRepository, tell: (news: News) => Promise<unknown>): AuditRepository {
  const open = new Map<string, Entry>()
  return {
    list: (request) => audit.list(request),
    async begin(entry, nowMs) {
      const id = await audit.begin(entry, nowMs)
      if (entry.verb in acts) open.set(id, entry)
      return id
    },
    async finish(id, outcome, detail, nowMs) {
      await audit.finish(id, outcome, detail, nowMs)
      const entry = open.get(id)
      open.delete(id)
      if (entry && outcome === 'ok') await tell(newsOf(entry))
    },
  }
}

function newsOf({ verb, broker, target, actor, input }: Entry): News {
  const [kind, words] = acts[verb] ?? ['other', (one: string) => `${verb}: ${one}`]
  const name = target ?? ''
  const { destination, group } = (input ?? {}) as Record<string, unknown>
  return {
    kind,
    broker,
    text: words(name),
    actor,
    ...(typeof group === 'string' ? { group: { id: group, name } } : {}),
    ...(typeof destination === 'string' && typeof group !== 'string'
      ? { destination: { id: destination, name } }
      : {}),
  }
}
