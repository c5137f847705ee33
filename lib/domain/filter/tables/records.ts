import type { AuditEntry, Backup } from '../../../schemas/record.ts'
import type { Replay } from '../../../schemas/replay.ts'
import type { Chip } from '../chips.ts'
import type { Field, FieldTable } from '../fields.ts'

function ageOf<Row>(read: (row: Row) => string): Field<Row> {
  return {
    kind: 'number',
    unit: 'duration',
    about: 'how long ago: age<1h',
    read: (row, now) => now - Date.parse(read(row)),
  }
}

function timeOf<Row>(read: (row: Row) => string): Field<Row> {
  return { kind: 'time', about: 'when: at>2026-07-30', read: (row) => Date.parse(read(row)) }
}

export const replayTable: FieldTable<Replay> = {
  fields: {
    state: { kind: 'text', about: 'running, completed …', read: (run) => run.state },
    from: { kind: 'text', about: 'its source', read: (run) => run.source.name },
    to: {
      kind: 'text',
      about: 'its target, or origin',
      read: (run) => [
        ...(run.target.origin ? ['origin'] : []),
        ...(run.target.name === undefined ? [] : [run.target.name]),
        ...(run.outcome?.targets ?? []).map((target) => target.name),
      ],
    },
    broker: { kind: 'text', about: 'on which broker', read: (run) => [run.broker, run.target.broker] },
    by: { kind: 'text', about: 'who planned it', read: (run) => run.createdBy },
    total: { kind: 'number', unit: 'count', about: 'messages in it', read: (run) => run.counts.total },
    done: { kind: 'number', unit: 'count', about: 'delivered', read: (run) => run.counts.done },
    failed: { kind: 'number', unit: 'count', about: 'failed', read: (run) => run.counts.failed },
    uncertain: { kind: 'number', unit: 'count', about: 'in doubt', read: (run) => run.counts.uncertain },
    dry: { kind: 'flag', about: 'a dry run', read: (run) => run.dryRun },
    age: ageOf((run) => run.createdAt),
    at: timeOf((run) => run.createdAt),
  },
  aliases: { source: 'from', target: 'to', dryrun: 'dry' },
  word: (run) => [run.source.name, run.target.name ?? ''],
}

export const replayChips: readonly Chip[] = [
  { id: 'running', label: 'Running', clause: 'state=running' },
  { id: 'failed', label: 'With failures', clause: 'failed>0' },
  { id: 'uncertain', label: 'In doubt', clause: 'uncertain>0' },
  { id: 'dry', label: 'Dry runs', clause: 'dry:yes' },
]

export const backupTable: FieldTable<Backup> = {
  fields: {
    from: { kind: 'text', about: 'where it was taken', read: (backup) => backup.destinationName },
    broker: { kind: 'text', about: 'on which broker', read: (backup) => backup.broker },
    cause: { kind: 'text', about: 'purge, delete, park …', read: (backup) => backup.cause },
    state: { kind: 'text', about: 'complete, restored …', read: (backup) => backup.state },
    messages: { kind: 'number', unit: 'count', about: 'how many', read: (backup) => backup.messages },
    bytes: { kind: 'number', unit: 'bytes', about: 'size', read: (backup) => backup.bytes },
    by: { kind: 'text', about: 'who did it', read: (backup) => backup.createdBy },
    age: ageOf((backup) => backup.createdAt),
    at: timeOf((backup) => backup.createdAt),
  },
  aliases: { size: 'bytes', why: 'cause', name: 'from' },
  word: (backup) => backup.destinationName,
}

export const backupChips: readonly Chip[] = [
  { id: 'complete', label: 'To restore', clause: 'state=complete' },
  { id: 'restored', label: 'Restored', clause: 'state=restored' },
  { id: 'partial', label: 'Partial', clause: 'state=partial' },
]

export const auditTable: FieldTable<AuditEntry> = {
  fields: {
    verb: { kind: 'text', about: 'what was done', read: (entry) => entry.verb },
    actor: { kind: 'text', about: 'who', read: (entry) => entry.actor },
    outcome: {
      kind: 'text',
      about: 'ok, failed, refused, open',
      read: (entry) => entry.outcome,
      values: ['ok', 'failed', 'refused', 'open'],
    },
    broker: { kind: 'text', about: 'on which broker', read: (entry) => entry.broker ?? '' },
    target: { kind: 'text', about: 'on what', read: (entry) => entry.target ?? '' },
    via: { kind: 'text', about: 'session, token, job, system', read: (entry) => entry.via },
    detail: { kind: 'text', about: 'what came of it', read: (entry) => entry.detail ?? '' },
    age: ageOf((entry) => entry.at),
    at: timeOf((entry) => entry.at),
  },
  aliases: { who: 'actor', what: 'verb', by: 'actor', on: 'target' },
  word: (entry) => [entry.verb, entry.actor, entry.target ?? '', entry.broker ?? ''],
}

export const auditChips: readonly Chip[] = [
  { id: 'failed', label: 'Failed', clause: 'outcome=failed' },
  { id: 'refused', label: 'Refused', clause: 'outcome=refused' },
  { id: 'open', label: 'Not finished', clause: 'outcome=open' },
]
