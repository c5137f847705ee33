import type { DestinationRef } from '../contract/index.ts'
import { type Json, numberAt, objectAt, textAt } from './management.ts'
import { matchPolicy, type Policies } from './policies.ts'

export type QueueKind = 'classic' | 'quorum' | 'stream' | 'other'

/** What decides how a queue may be looked at: its type, and its settings after arguments and policies are merged. */
export interface QueueFacts {
  readonly name: string
  readonly vhost: string
  readonly kind: QueueKind
  readonly type: string
  readonly durable: boolean
  readonly autoDelete: boolean
  readonly exclusive: boolean
  readonly arguments: Json
  readonly policy: string | null
  readonly operatorPolicy: string | null
  /** The user policy merged with the operator policy, as the broker applies it. */
  readonly policyDefinition: Json
  readonly state: string
  readonly consumers: number | null
  readonly ready: number | null
  readonly unacked: number | null
  readonly bytes: number | null
  /** From 4.0: the limit in force, said by the broker. */
  readonly reportedLimit: number | null
  readonly reportedReturned: number | null
  readonly readyBytes: number | null
  /** When the publisher stamped the message at the head, epoch ms; null where it stamps none, or none is told. */
  readonly headAtMs: number | null
}

/** @param item one entry of `/api/queues`, of any width */
export function readQueueFacts(item: Json, policies: Policies | null): QueueFacts {
  const type = textAt(item, 'type') ?? textAt(objectAt(item, 'arguments'), 'x-queue-type') ?? 'classic'
  const name = textAt(item, 'name') ?? ''
  const vhost = textAt(item, 'vhost') ?? '/'
  const kind = type === 'classic' || type === 'quorum' || type === 'stream' ? type : 'other'
  const told = 'effective_policy_definition' in item
  const matched = told || policies === null ? null : matchPolicy(policies, vhost, name, kind)
  return {
    name,
    vhost,
    kind,
    type,
    durable: item.durable !== false,
    autoDelete: isTrue(item.auto_delete),
    exclusive: isTrue(item.exclusive),
    arguments: objectAt(item, 'arguments'),
    policy: textAt(item, 'policy') ?? matched?.policy ?? null,
    operatorPolicy: textAt(item, 'operator_policy') ?? matched?.operatorPolicy ?? null,
    policyDefinition: told ? objectAt(item, 'effective_policy_definition') : (matched?.definition ?? {}),
    state: textAt(item, 'state') ?? 'unknown',
    consumers: numberAt(item, 'consumers') ?? null,
    ready: numberAt(item, 'messages_ready') ?? null,
    unacked: numberAt(item, 'messages_unacknowledged') ?? null,
    bytes: numberAt(item, 'message_bytes') ?? null,
    reportedLimit: numberAt(item, 'delivery_limit') ?? null,
    reportedReturned: numberAt(item, 'messages_ready_returned') ?? null,
    readyBytes: numberAt(item, 'message_bytes_ready') ?? null,
    headAtMs: headAtMs(item),
  }
}

/** Seconds, as the protocol says; many publishers write milliseconds. `''` or null: none. Classic queues only. */
function headAtMs(item: Json): number | null {
  const stamp = numberAt(item, 'head_message_timestamp')
  if (stamp === undefined || stamp <= 0) return null
  return stamp > 100_000_000_000 ? stamp : stamp * 1000
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

export function refOfQueue(facts: Pick<QueueFacts, 'kind' | 'name' | 'vhost'>): DestinationRef {
  return { type: facts.kind === 'stream' ? 'stream' : 'queue', name: facts.name, namespace: facts.vhost }
}

export interface Effective {
  readonly value: string | number | boolean
  readonly source: string
}

/**
 * One setting as the broker applies it: the argument overrules the policy for most keys; numeric limits take
 * the smaller of the two. `x-` is put before `key` for the argument.
 */
export function effectiveSetting(facts: QueueFacts, key: string): Effective | null {
  const argument = scalar(facts.arguments[`x-${key}`])
  const policy = scalar(facts.policyDefinition[key])
  const fromPolicy = policy === null ? null : { value: policy, source: policySource(facts) }
  if (argument === null) return fromPolicy
  const fromArgument = { value: argument, source: 'argument' }
  if (fromPolicy === null) return fromArgument
  if (typeof argument === 'number' && typeof policy === 'number') {
    return policy < argument && policy >= 0 ? fromPolicy : fromArgument
  }
  // Streams, and `overflow` of quorum queues, follow the policy even where an argument stands.
  const policyWins = facts.kind === 'stream' || (facts.kind === 'quorum' && key === 'overflow')
  return policyWins ? fromPolicy : fromArgument
}

export function policySource(facts: QueueFacts): string {
  const names = [
    facts.policy === null ? null : `policy ${facts.policy}`,
    facts.operatorPolicy === null ? null : `operator policy ${facts.operatorPolicy}`,
  ].filter((name) => name !== null)
  return names.length === 0 ? 'policy' : names.join(' and ')
}

export function numberSetting(facts: QueueFacts, key: string): number | null {
  const value = effectiveSetting(facts, key)?.value
  return typeof value === 'number' ? value : null
}

export function textSetting(facts: QueueFacts, key: string): string | null {
  const value = effectiveSetting(facts, key)?.value
  return typeof value === 'string' ? value : null
}

function scalar(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}
