import type { Mark } from '@/components/charts'
import { countOf } from '@/lib/format/number'
import type { Event, EventKind } from '@/lib/schemas/event'

/** What stands in a chart beside the dotted line: a word or two. */
const words: Record<EventKind, string> = {
  'broker-down': 'broker down',
  'broker-up': 'broker up',
  'broker-restart': 'broker restart',
  'broker-blocked': 'blocked',
  'broker-unblocked': 'unblocked',
  'node-down': 'node down',
  'node-up': 'node up',
  'destination-added': 'created',
  'destination-removed': 'deleted',
  'settings-changed': 'settings',
  'bindings-changed': 'bindings',
  'consumers-gone': 'no consumer',
  'consumers-back': 'consumer back',
  'members-changed': 'members',
  rebalance: 'rebalance',
  rewound: 'rewound',
  purge: 'purge',
  settle: 'settled',
  restore: 'restore',
  publish: 'publish',
  replay: 'replay',
  'offset-reset': 'offset reset',
  'connection-closed': 'connection closed',
  'member-removed': 'member removed',
  'dead-letters': 'dead letters',
  'console-started': 'console started',
  deploy: 'deploy',
  other: 'event',
}

export function eventWord({ kind, service, version }: Event): string {
  if (kind === 'deploy' && service) return ['deploy', service, version].filter(Boolean).join(' ').slice(0, 28)
  return words[kind]
}

export function markOf(event: Event): Mark {
  const untilMs = event.until === undefined ? undefined : Date.parse(event.until)
  return {
    id: event.id,
    atMs: Date.parse(event.at),
    ...(untilMs === undefined ? {} : { untilMs }),
    label: eventWord(event),
    text: event.text,
  }
}

/** Whose charts they are: without one, the broker's own. */
export interface Subject {
  readonly destination?: string | undefined
  readonly group?: string | undefined
  /** Names of what a group reads: what happens to those concerns it too. */
  readonly reads?: readonly string[] | undefined
}

/** What happened to it, or to all of its broker. On the broker's own charts: everything. */
export function concerns(event: Event, { destination, group, reads }: Subject): boolean {
  if (destination === undefined && group === undefined) return true
  if (event.group) return event.group.id === group
  if (event.destination)
    return event.destination.id === destination || (reads?.includes(event.destination.name) ?? false)
  return true
}

export function eventsWord(count: number): string {
  return count === 0 ? 'No events' : countOf(count, 'event')
}
