import { knownValue } from '../../lib/domain/known-value.ts'
import { countOf } from '../../lib/format/number.ts'
import type { LagRow } from '../../lib/schemas/group.ts'
import type { DeadLetterEdge } from '../brokers/contract/index.ts'
import type { GroupRow, Row, Snapshot } from '../sampler/index.ts'
import type { News } from './ports.ts'

/** More of one sort at once are one event with their count. */
const mostAtOnce = 3

/** What changed at a broker from one reading to the next, as events. Pure; unknown before or after is no change. */
export function findEvents(broker: string, before: Snapshot, after: Snapshot): News[] {
  return [
    ...nodeEvents(broker, before, after),
    ...blockEvents(broker, before, after),
    ...structureEvents(broker, before, after),
    ...queueEvents(broker, before, after),
    ...groupEvents(broker, before, after),
  ]
}

function nodeEvents(broker: string, before: Snapshot, after: Snapshot): News[] {
  const old = new Map((before.nodes ?? []).map((node) => [node.id, node]))
  return (after.nodes ?? []).flatMap((node): News[] => {
    const was = old.get(node.id)
    if (!was) return []
    const base = { broker, node: node.id }
    if (was.state === 'running' && node.state === 'down')
      return [{ ...base, kind: 'node-down', text: `${node.name} went down` }]
    if (was.state === 'down' && node.state === 'running')
      return [{ ...base, kind: 'node-up', text: `${node.name} is back` }]
    if (was.startedAt !== undefined && node.startedAt !== undefined && was.startedAt !== node.startedAt)
      return [{ ...base, kind: 'broker-restart', text: `${node.name} was restarted` }]
    return []
  })
}

function blockEvents(broker: string, before: Snapshot, after: Snapshot): News[] {
  if (before.blocked === null && after.blocked !== null)
    return [{ broker, kind: 'broker-blocked', text: `Publishing is blocked: ${after.blocked}` }]
  if (before.blocked !== null && after.blocked === null)
    return [{ broker, kind: 'broker-unblocked', text: 'Publishing is possible again' }]
  return []
}

function structureEvents(broker: string, before: Snapshot, after: Snapshot): News[] {
  if (before.rows === after.rows) return []
  const isOwn = (row: Row) => !row.info.internal
  const added = after.rows.filter((row) => isOwn(row) && !before.byId.has(row.id))
  const removed = before.rows.filter((row) => isOwn(row) && !after.byId.has(row.id))
  return [
    ...joined(broker, 'destination-added', added, 'was made', 'were made'),
    ...joined(broker, 'destination-removed', removed, 'is gone', 'are gone'),
    ...settingEvents(broker, before, after),
  ]
}

/** Where rejects go is the part of the settings that every reading knows. */
function settingEvents(broker: string, before: Snapshot, after: Snapshot): News[] {
  if (before.edges === after.edges) return []
  const [old, now] = [edgesBySource(before.edges), edgesBySource(after.edges)]
  const changed = after.rows.filter((row) => {
    if (!before.byId.has(row.id)) return false
    const key = refKey(row.info.ref)
    return (old.get(key) ?? '') !== (now.get(key) ?? '')
  })
  return joined(
    broker,
    'settings-changed',
    changed,
    'sends its rejects elsewhere than before',
    'send their rejects elsewhere than before',
  )
}

function edgesBySource(edges: readonly DeadLetterEdge[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const edge of edges) {
    const key = refKey(edge.from)
    found.set(key, `${found.get(key) ?? ''}\n${edge.to ? refKey(edge.to) : 'nowhere'}`)
  }
  return found
}

function refKey({ type, namespace, name }: { type: string; namespace?: string | undefined; name: string }) {
  return `${type} ${namespace ?? ''} ${name}`
}

function queueEvents(broker: string, before: Snapshot, after: Snapshot): News[] {
  const gone: Row[] = []
  const back: Row[] = []
  const dead: News[] = []
  for (const row of after.rows) {
    const was = before.byId.get(row.id)
    if (!was || was === row || row.info.internal) continue
    const [had, has] = [knownValue(was.readings.consumers), knownValue(row.readings.consumers)]
    if (had !== null && has !== null && row.info.ref.type === 'queue') {
      if (had > 0 && has === 0) gone.push(row)
      if (had === 0 && has > 0) back.push(row)
    }
    if (!row.deadLetter.isDeadLetter) continue
    const [held, holds] = [knownValue(was.readings.depth), knownValue(row.readings.depth)]
    if (held === 0 && holds !== null && holds > 0)
      dead.push({
        broker,
        destination: subjectOf(row),
        kind: 'dead-letters',
        text: `${countOf(holds, 'dead letter')} arrived in ${row.info.ref.name}, which was empty`,
      })
  }
  return [
    ...joined(broker, 'consumers-gone', gone, 'has no consumer any more', 'have no consumer any more'),
    ...joined(broker, 'consumers-back', back, 'is consumed again', 'are consumed again'),
    ...(dead.length <= mostAtOnce
      ? dead
      : [
          {
            broker,
            kind: 'dead-letters',
            text: `Dead letters arrived in ${dead.length} empty places`,
          } as const,
        ]),
  ]
}

function groupEvents(broker: string, before: Snapshot, after: Snapshot): News[] {
  if (before.groups === after.groups) return []
  const old = new Map(before.groups.map((group) => [group.id, group]))
  return after.groups.flatMap((group): News[] => {
    const was = old.get(group.id)
    if (!was) return []
    const base = { broker, group: { id: group.id, name: group.sample.name } }
    const news: News[] = []
    const members = memberWords(was, group)
    if (members) news.push({ ...base, kind: 'members-changed', text: `${group.sample.name}: ${members}` })
    const back = rewoundParts(was.sample.lag, group.sample.lag)
    if (back > 0)
      news.push({
        ...base,
        kind: 'rewound',
        text: `${group.sample.name} was set back on ${countOf(back, 'partition')}`,
      })
    return news
  })
}

/** A list that could not be read proves nothing. */
function memberWords(was: GroupRow, now: GroupRow): string | null {
  if (was.sample.problems?.length || now.sample.problems?.length) return null
  const [had, has] = [new Set(was.sample.members.map(({ id }) => id)), now.sample.members.map(({ id }) => id)]
  const joinedCount = has.filter((id) => !had.has(id)).length
  const left = had.size - (has.length - joinedCount)
  if (joinedCount === 0 && left === 0) return null
  const parts = [
    ...(joinedCount > 0 ? [`${countOf(joinedCount, 'member')} joined`] : []),
    ...(left > 0 ? [`${countOf(left, 'member')} left`] : []),
  ]
  return `${parts.join(', ')}; ${has.length === 0 ? 'nobody is left' : `${countOf(has.length, 'member')} now`}`
}

/** On how many partitions the commit went back while the log went on. */
function rewoundParts(before: readonly LagRow[], after: readonly LagRow[]): number {
  const old = new Map(before.map((row) => [`${row.partition} ${row.destination}`, row]))
  return after.filter((row) => {
    const was = old.get(`${row.partition} ${row.destination}`)
    return (
      was !== undefined &&
      isBefore(row.committed, was.committed) === true &&
      isBefore(row.end, was.end) !== true
    )
  }).length
}

const digits = /^\d+$/

/** Null where the two are no numbers. */
function isBefore(a: string | null, b: string | null): boolean | null {
  if (a === null || b === null || !digits.test(a) || !digits.test(b)) return null
  return BigInt(a) < BigInt(b)
}

function joined(broker: string, kind: News['kind'], rows: readonly Row[], one: string, many: string): News[] {
  if (rows.length > mostAtOnce)
    return [{ broker, kind, text: `${countOf(rows.length, 'destination')} ${many}` }]
  return rows.map((row) => ({
    broker,
    kind,
    destination: subjectOf(row),
    text: `${row.info.ref.name} ${one}`,
  }))
}

function subjectOf({ id, info }: Row) {
  return { id, name: info.ref.name }
}
