import type { Generated } from 'kysely'

/** 64-bit numbers of brokers are TEXT; INTEGER columns hold only times in ms and counts below 2^53. */
export interface Tables {
  audit: {
    seq: Generated<number>
    id: string
    at_ms: number
    actor: string
    via: string
    verb: string
    broker: string | null
    target: string | null
    input: string
    outcome: string
    detail: string | null
    finished_at_ms: number | null
  }
  sign_in_token: { hash: string; expires_at_ms: number; spent_at_ms: number | null }
  session: { hash: string; actor: string; created_at_ms: number; expires_at_ms: number }
  replay: {
    seq: Generated<number>
    id: string
    state: string
    broker: string
    source_id: string
    plan: string
    settles: string
    created_by: string
    audit_id: string | null
    created_at_ms: number
    started_at_ms: number | null
    finished_at_ms: number | null
    problem: string | null
    total: number
  }
  ledger: {
    run: string
    row: number
    message_id: string
    state: string
    target: string | null
    position: string | null
    reason: string | null
    at_ms: number
  }
  /** Messages of a log that a run settled: the log keeps them, only this table says they are done. */
  mark: { broker: string; source_id: string; message_id: string }
  backup: {
    seq: Generated<number>
    id: string
    broker: string
    destination: string
    destination_name: string
    cause: string
    messages: number
    bytes: number
    sha256: string | null
    state: string
    created_by: string
    created_at_ms: number
    restored_at_ms: number | null
  }
  /** `sealed` is opaque here: options encrypted with a key that the store does not hold. */
  added_broker: {
    seq: Generated<number>
    id: string
    kind: string
    label: string
    environment: string
    mode: string
    sealed: string
    created_by: string
    created_at_ms: number
    changed_at_ms: number
  }
  event: {
    seq: Generated<number>
    id: string
    at_ms: number
    until_ms: number | null
    kind: string
    broker: string | null
    destination_id: string | null
    destination_name: string | null
    group_id: string | null
    group_name: string | null
    node: string | null
    text: string
    actor: string | null
    service: string | null
    version: string | null
    link: string | null
  }
  offset_reset: {
    seq: Generated<number>
    id: string
    broker: string
    group_id: string
    group_key: string
    group_name: string
    /** Of each partition: old and next, as JSON. */
    parts: string
    state: string
    /** 1: armed to wait for its group to be empty. */
    waits: number
    created_by: string
    audit_id: string | null
    created_at_ms: number
    expires_at_ms: number | null
    finished_at_ms: number | null
    detail: string
  }
  /** `mark` and `ack` are JSON; the trouble is over when its row is gone. */
  need: {
    seq: Generated<number>
    id: string
    broker: string
    kind: string
    subject_id: string
    subject_name: string
    state: string
    opened_at_ms: number
    since_ms: number | null
    mark: string
    ack: string | null
  }
  note: { broker: string; key: string; value: string }
  setting: { key: string; value: string }
}
