import { type DestinationFacts, drawnValue, needsAttention } from '../../destination-level.ts'
import type { Chip } from '../chips.ts'
import type { Field, FieldTable } from '../fields.ts'
import type { UnitKind } from '../units.ts'

function reading(name: string, about: string, unit: UnitKind = 'count'): Field<DestinationFacts> {
  return {
    kind: 'number',
    unit,
    about,
    read: (row) => {
      const known = row.readings[name]
      // An exchange passes messages on and keeps none: it has no such number.
      return known === undefined && row.type === 'exchange' ? Number.NaN : drawnValue(known)
    },
  }
}

const fields: FieldTable<DestinationFacts>['fields'] = {
  name: { kind: 'text', about: 'its name', read: (row) => row.name },
  type: {
    kind: 'text',
    about: 'queue, topic, stream, quorum, classic …',
    read: (row) => (row.variant === undefined ? row.type : [row.type, row.variant]),
  },
  state: { kind: 'text', about: "the broker's own word", read: (row) => row.state },
  depth: reading('depth', 'messages in it'),
  ready: reading('ready', 'messages nobody holds'),
  unacked: reading('unacked', 'messages a consumer holds'),
  in: reading('inRate', 'messages in, a second', 'rate'),
  out: reading('outRate', 'messages out, a second', 'rate'),
  consumers: reading('consumers', 'who takes from it'),
  bytes: reading('bytes', 'size', 'bytes'),
  dlq: { kind: 'flag', about: 'holds dead letters', read: (row) => row.deadLetter.isDeadLetter },
  attention: { kind: 'flag', about: 'in trouble, or nothing is known of it', read: needsAttention },
  from: {
    kind: 'text',
    about: 'whose dead letters come here',
    read: (row) => row.deadLetter.origins.map((origin) => origin.name),
  },
  role: { kind: 'text', about: 'dead-letter, retry or parking', read: (row) => row.deadLetter.role ?? '' },
  namespace: { kind: 'text', about: 'virtual host or database', read: (row) => row.namespace ?? '' },
  internal: { kind: 'flag', about: "the broker's own", read: (row) => row.internal },
  problem: {
    kind: 'text',
    about: 'what could not be read',
    read: (row) => (row.problems ?? []).map((problem) => problem.message),
  },
  stale: {
    kind: 'flag',
    about: 'shows last known values',
    read: (row) => row.readings.depth?.state === 'unavailable',
  },
}

/** `knowsTopology`: the broker says where rejects go, so that no target means nowhere and not unknown. */
export function destinationTable(knowsTopology: boolean): FieldTable<DestinationFacts> {
  return {
    fields: {
      ...fields,
      rejects: {
        kind: 'text',
        about: 'where its rejects go, or nowhere',
        values: knowsTopology ? ['nowhere'] : [],
        read: (row) => {
          const { target, isDeadLetter } = row.deadLetter
          if (target) return target.name
          if (row.type !== 'queue' || isDeadLetter) return ''
          return knowsTopology ? 'nowhere' : null
        },
      },
    },
    aliases: { vhost: 'namespace', db: 'namespace', size: 'bytes', variant: 'type', deadletter: 'dlq' },
    word: (row) => row.name,
  }
}

const types: readonly [DestinationFacts['type'], string][] = [
  ['queue', 'Queues'],
  ['topic', 'Topics'],
  ['stream', 'Streams'],
  ['list', 'Lists'],
  ['channel', 'Channels'],
  ['subject', 'Subjects'],
  ['subscription', 'Subscriptions'],
  ['socket', 'Sockets'],
  ['exchange', 'Exchanges'],
]

export const destinationChips: readonly Chip[] = [
  ...types.map(([type, label]) => ({ id: type, label, clause: `type=${type}` })),
  { id: 'dead-letters', label: 'Dead letters', clause: 'dlq:yes' },
  { id: 'attention', label: 'Needs attention', clause: 'attention:yes' },
]
