import type { DeadLetterQueue } from '../../../schemas/dead-letter.ts'
import { type DestinationFacts, drawnValue } from '../../destination-level.ts'
import type { Chip } from '../chips.ts'
import type { FieldTable } from '../fields.ts'

export type DeadLetterFacts = DestinationFacts &
  Pick<DeadLetterQueue, 'broker' | 'brokerLabel' | 'brokerKind' | 'environment' | 'counts'>

export const deadLetterTable: FieldTable<DeadLetterFacts> = {
  fields: {
    name: { kind: 'text', about: 'its name', read: (row) => row.name },
    broker: { kind: 'text', about: 'on which broker', read: (row) => [row.broker, row.brokerLabel] },
    from: {
      kind: 'text',
      about: 'whose dead letters come here',
      read: (row) => row.deadLetter.origins.map((origin) => origin.name),
    },
    waiting: {
      kind: 'number',
      unit: 'count',
      about: 'dead letters nobody replayed',
      read: (row) => drawnValue(row.counts.open),
    },
    replayed: {
      kind: 'number',
      unit: 'count',
      about: 'replayed, still in the log',
      read: (row) => drawnValue(row.counts.replayed),
    },
    empty: {
      kind: 'flag',
      about: 'known to hold nothing',
      read: (row) => drawnValue(row.counts.open) === 0,
    },
    evidence: {
      kind: 'text',
      about: 'topology, configured, headers or name',
      read: (row) => row.deadLetter.evidence.flatMap((one) => [one.rule, one.detail]),
      values: ['topology', 'configured', 'headers', 'name'],
    },
    env: { kind: 'text', about: 'production, staging …', read: (row) => row.environment },
    kind: { kind: 'text', about: 'the kind of broker', read: (row) => row.brokerKind },
    type: {
      kind: 'text',
      about: 'queue, topic, stream …',
      read: (row) => (row.variant === undefined ? row.type : [row.type, row.variant]),
    },
    namespace: { kind: 'text', about: 'virtual host or database', read: (row) => row.namespace ?? '' },
    problem: {
      kind: 'text',
      about: 'what could not be read',
      read: (row) => (row.problems ?? []).map((problem) => problem.message),
    },
  },
  aliases: { origin: 'from', open: 'waiting', environment: 'env', vhost: 'namespace', depth: 'waiting' },
  word: (row) => [row.name, ...row.deadLetter.origins.map((origin) => origin.name)],
}

/** An unknown count is not known to be empty: the queue stays in sight. */
export const waitingChip: Chip = { id: 'waiting', label: 'With messages', clause: 'empty:no' }
