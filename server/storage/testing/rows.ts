import type { BrokerMessage } from '../../brokers/contract/index.ts'
import type { AddedBrokerRow, OffsetResetRow, ReplayRow } from '../contract/index.ts'

export function replayRow(change: Partial<ReplayRow> & { id: string }): ReplayRow {
  return {
    state: 'planned',
    broker: 'shop',
    sourceId: 'dlq',
    plan: '{}',
    settles: 'removes',
    createdBy: 'ann',
    auditId: null,
    createdAtMs: 1000,
    startedAtMs: null,
    finishedAtMs: null,
    problem: null,
    total: 0,
    ...change,
  }
}

export function addedBrokerRow(change: Partial<AddedBrokerRow> & { id: string }): AddedBrokerRow {
  return {
    kind: 'redis',
    label: 'Shop Redis',
    environment: 'staging',
    mode: 'read-write',
    sealed: 'v1.iv.tag.body',
    createdBy: 'ann',
    createdAtMs: 1000,
    changedAtMs: 1000,
    ...change,
  }
}

export function offsetResetRow(change: Partial<OffsetResetRow> & { id: string }): OffsetResetRow {
  return {
    broker: 'shop',
    groupId: 'g',
    groupKey: 'billing',
    groupName: 'billing',
    rows: [{ destination: 'orders', partition: 0, old: '9007199254740993', next: '0' }],
    state: 'armed',
    waits: true,
    createdBy: 'ann',
    auditId: null,
    createdAtMs: 1000,
    expiresAtMs: 2000,
    finishedAtMs: null,
    detail: '',
    ...change,
  }
}

export const backupMeta = {
  broker: 'shop',
  destination: 'id',
  destinationName: 'orders.dlq',
  cause: 'purge',
  createdBy: 'ann',
} as const

const plain = { position: '0', properties: {}, timestampMs: null, sizeBytes: 0 } as const
export const hostileMessages: BrokerMessage[] = [
  { ...plain, id: 'null', key: null, body: null, headers: [] },
  {
    ...plain,
    id: 'empty',
    key: new Uint8Array(),
    body: new Uint8Array(),
    headers: [{ name: '', type: 'string', value: '' }],
  },
  {
    ...plain,
    id: 'binary',
    key: Uint8Array.from([0, 255, 10, 13]),
    body: Uint8Array.from({ length: 256 }, (_, i) => i),
    headers: [
      { name: 'x', type: 'int64', value: '9223372036854775807', native: 'l' },
      { name: 'x', type: 'bytes', value: '/w==', native: 'S' },
      { name: 't', type: 'table', value: [{ name: '\u2028\n', type: 'null', value: null }] },
      { name: 'l', type: 'list', value: [{ type: 'double', value: '0.1' }] },
    ],
    properties: { deep: [{ a: null }], text: '</script>\u0000' },
    timestampMs: 1_700_000_000_000,
    sizeBytes: 260,
  },
]
