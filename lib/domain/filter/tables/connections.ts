import type { Connection } from '../../../schemas/connection.ts'
import { drawnValue } from '../../destination-level.ts'
import type { Chip } from '../chips.ts'
import type { FieldTable } from '../fields.ts'

const seconds = (value: number | null) => (value === null ? null : value * 1000)

export const connectionTable: FieldTable<Connection> = {
  fields: {
    client: { kind: 'text', about: 'as it calls itself', read: (one) => one.client },
    user: { kind: 'text', about: 'who it signed in as', read: (one) => one.user ?? null },
    host: { kind: 'text', about: 'where it runs', read: (one) => one.host ?? null },
    state: { kind: 'text', about: "the broker's own word", read: (one) => one.state },
    reads: {
      kind: 'text',
      about: 'what it reads from',
      read: (one) => [...new Set(one.consumers.map(({ destination }) => destination.name))],
    },
    group: {
      kind: 'text',
      about: 'with which group',
      read: (one) => [...new Set(one.consumers.flatMap(({ group }) => group ?? []))],
    },
    unacked: {
      kind: 'number',
      unit: 'count',
      about: 'messages it holds',
      read: (one) => drawnValue(one.readings.unacked),
    },
    channels: {
      kind: 'number',
      unit: 'count',
      about: 'channels it opened',
      read: (one) => drawnValue(one.readings.channels),
    },
    consumers: { kind: 'number', unit: 'count', about: 'how many read', read: (one) => one.consumers.length },
    idle: {
      kind: 'number',
      unit: 'duration',
      about: 'nothing went over it: idle>10m',
      read: (one) => seconds(drawnValue(one.readings.idle)),
    },
    age: {
      kind: 'number',
      unit: 'duration',
      about: 'connected so long: age<5m',
      read: (one, now) => (one.since === undefined ? null : now - Date.parse(one.since)),
    },
    tls: { kind: 'flag', about: 'encrypted', read: (one) => one.tls ?? null },
    library: { kind: 'text', about: 'client library', read: (one) => one.library ?? null },
    own: { kind: 'flag', about: 'of this console', read: (one) => one.isOwn },
  },
  aliases: { name: 'client', holds: 'unacked', queue: 'reads', stream: 'reads', address: 'host' },
  word: (one) => [one.client, one.host ?? '', one.user ?? ''],
}

export const connectionChips: readonly Chip[] = [
  { id: 'holding', label: 'Holding messages', clause: 'unacked>0' },
  { id: 'blocked', label: 'Blocked', clause: 'state:block' },
  { id: 'reading', label: 'Consuming', clause: 'consumers>0' },
]
