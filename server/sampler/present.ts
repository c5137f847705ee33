import type { Permission } from '../../lib/domain/permissions.ts'
import type { Abilities, Ability, Facet } from '../../lib/schemas/ability.ts'
import type { Broker } from '../../lib/schemas/broker.ts'
import type { Destination } from '../../lib/schemas/destination.ts'
import type { Group, Member } from '../../lib/schemas/group.ts'
import type { Caller, GroupSample, GuardedBroker } from '../brokers/contract/index.ts'
import { groupId, type Row, type Snapshot } from './book.ts'
import { deriveShown } from './derive.ts'
import { allowedAgeMs, markAllStale, markStale, staleReason } from './freshness.ts'
import type { Health } from './health.ts'

/** What each facet needs; those that write also need a read-write broker. */
const needs: Partial<Record<Facet, { permission: Permission; writes: boolean }>> = {
  browse: { permission: 'messages.read', writes: false },
  tail: { permission: 'messages.read', writes: false },
  publish: { permission: 'messages.publish', writes: true },
  claim: { permission: 'messages.settle', writes: true },
  purge: { permission: 'messages.purge', writes: true },
  manage: { permission: 'messages.settle', writes: true },
  offsets: { permission: 'groups.manage', writes: true },
  members: { permission: 'groups.manage', writes: true },
  pending: { permission: 'groups.manage', writes: true },
  sandbox: { permission: 'sandbox.play', writes: false },
}

/** What the broker can do, as far as this caller may and the mode allows. */
export function limitAbilities(abilities: Abilities, broker: GuardedBroker, caller: Caller): Abilities {
  const limited: Abilities = {}
  for (const [name, ability] of Object.entries(abilities) as [Facet, Ability][]) {
    const need = needs[name]
    const refusal =
      need?.writes && broker.mode === 'read-only'
        ? `${broker.label} is in read-only mode`
        : need && !caller.permissions.has(need.permission)
          ? `You lack the permission ${need.permission}`
          : null
    limited[name] =
      refusal === null || ability.level === 'none' ? ability : { level: 'none', reason: refusal }
  }
  return limited
}

const iso = (ms: number) => new Date(ms).toISOString()
const pathOf = (broker: string) => `/api/v1/brokers/${encodeURIComponent(broker)}`

export function presentBroker(
  broker: GuardedBroker,
  health: Health,
  snapshot: Snapshot | null,
  caller: Caller,
  nowMs: number,
  sampling?: Broker['sampling'],
): Broker {
  const stale = snapshot
    ? staleReason(health, snapshot.sampledAtMs, nowMs, allowedAgeMs(sampling?.intervalMs ?? 0))
    : null
  const self = pathOf(broker.id)
  return {
    id: broker.id,
    kind: broker.kind,
    product: broker.traits.product,
    label: broker.label,
    environment: broker.environment,
    mode: broker.mode,
    state: health.state,
    ...(health.reason === null ? {} : { reason: health.reason }),
    since: iso(health.sinceMs),
    version: health.version,
    identity: health.identity,
    abilities: limitAbilities(health.abilities, broker, caller),
    readings: snapshot ? markAllStale(snapshot.readings, stale, nowMs) : {},
    discovered: false,
    address: broker.address,
    // Blocked as far as was read: of a broker that is not read any more nobody knows.
    ...(snapshot?.blocked && stale === null ? { blocked: snapshot.blocked } : {}),
    ...(sampling ? { sampling } : {}),
    health: [...health.problems, ...(snapshot?.problems ?? [])],
    sampledAt: snapshot ? iso(snapshot.sampledAtMs) : null,
    links: { self, destinations: `${self}/destinations`, groups: `${self}/groups` },
  }
}

export function presentDestination(
  broker: GuardedBroker,
  row: Row,
  stale: string | null,
  caller: Caller,
  nowMs: number,
): Destination {
  const { ref, variant, internal, abilities } = row.info
  const self = `${pathOf(broker.id)}/destinations/${encodeURIComponent(row.id)}`
  return {
    id: row.id,
    name: ref.name,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    type: ref.type,
    ...(variant === undefined ? {} : { variant }),
    state: row.state,
    internal,
    readings: markAllStale(deriveShown(row.readings), stale, nowMs),
    deadLetter: row.deadLetter,
    abilities: limitAbilities(abilities, broker, caller),
    ...(row.problems.length > 0 ? { problems: [...row.problems] } : {}),
    links: { self, messages: `${self}/messages`, stream: `${self}/messages/stream` },
  }
}

/** For long lists: what a row shows, without what only its own page needs. */
export function slimDestination(
  _broker: GuardedBroker,
  row: Row,
  stale: string | null,
  _caller: Caller,
  nowMs: number,
): Destination {
  const { ref, variant, internal } = row.info
  return {
    id: row.id,
    name: ref.name,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    type: ref.type,
    ...(variant === undefined ? {} : { variant }),
    state: row.state,
    internal,
    readings: markAllStale(row.readings, stale, nowMs),
    deadLetter: row.deadLetter.evidence.length === 0 ? row.deadLetter : { ...row.deadLetter, evidence: [] },
    abilities: {},
    ...(row.problems.length > 0 ? { problems: [...row.problems] } : {}),
    links: {},
  }
}

export function presentGroup(
  broker: GuardedBroker,
  sample: GroupSample,
  stale: string | null,
  caller: Caller,
  nowMs: number,
): Group {
  const { key, counters: _, ...group } = sample
  const id = groupId(key)
  const self = `${pathOf(broker.id)}/groups/${encodeURIComponent(id)}`
  return {
    ...group,
    id,
    abilities: limitAbilities(group.abilities, broker, caller),
    total: stale === null ? group.total : markStale(group.total, stale, nowMs),
    ...(group.totalSeconds && stale !== null
      ? { totalSeconds: markStale(group.totalSeconds, stale, nowMs) }
      : {}),
    ...(group.readings ? { readings: markAllStale(group.readings, stale, nowMs) } : {}),
    members: stale === null ? group.members : group.members.map((one) => markMember(one, stale, nowMs)),
    lag:
      stale === null
        ? group.lag
        : group.lag.map((row) => ({
            ...row,
            lag: markStale(row.lag, stale, nowMs),
            ...(row.lagSeconds ? { lagSeconds: markStale(row.lagSeconds, stale, nowMs) } : {}),
            ...(row.lost ? { lost: markStale(row.lost, stale, nowMs) } : {}),
          })),
    links: { self },
  }
}

function markMember(member: Member, stale: string, nowMs: number): Member {
  const { pending, idleMs } = member
  return {
    ...member,
    ...(pending ? { pending: markStale(pending, stale, nowMs) } : {}),
    ...(idleMs ? { idleMs: markStale(idleMs, stale, nowMs) } : {}),
  }
}
