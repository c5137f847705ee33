import type { Binding, Consumer, Setting } from '../../../lib/schemas/destination.ts'
import {
  type Call,
  type DestinationDescription,
  type DestinationRef,
  encodeRef,
  ok,
  unavailable,
} from '../contract/index.ts'
import { brokerAbilities } from './abilities.ts'
import { type Client, noSuch, readQueueItem, requireManagement, vhostOfRef } from './client.ts'
import { sampleExchange } from './depths.ts'
import { effectiveSetting, policySource, type QueueFacts } from './facts.ts'
import { exchangeInfo, queueInfo } from './list.ts'
import { type Json, numberAt, objectAt, textAt } from './management.ts'
import { readBindingsOf, readObject } from './objects.ts'
import { readEpoch, sampleByDeclare, sampleOne } from './sample.ts'

/** Settings with where each comes from, bindings, consumers; of an exchange what it routes to. */
export async function describeDestination(
  client: Client,
  ref: DestinationRef,
  call: Call,
): Promise<DestinationDescription> {
  if (ref.type !== 'queue' && ref.type !== 'stream' && ref.type !== 'exchange') throw noSuch(ref)
  const full = { ...ref, namespace: vhostOfRef(client, ref) }
  if (!client.management) return describeByDeclare(client, full, call)
  return ref.type === 'exchange' ? describeExchange(client, full, call) : describeQueue(client, full, call)
}

async function describeQueue(
  client: Client,
  ref: DestinationRef,
  call: Call,
): Promise<DestinationDescription> {
  const management = requireManagement(client)
  const [{ item, facts }, bindings, version, epoch] = await Promise.all([
    readQueueItem(client, ref, call),
    readBindingsOf(management, 'queues', ref.namespace ?? '/', ref.name, call),
    client.version(call),
    readEpoch(client, call),
  ])
  const sample = await sampleOne(client, ref, epoch, call)
  return {
    ...queueInfo(client, facts, version.number),
    sample,
    parts: {
      settings: settingsOf(facts, item),
      bindings: bindings.map((binding) => bindingOf(binding, ref)),
      consumers: consumersOf(item, client.deps.now()),
    },
  }
}

async function describeExchange(
  client: Client,
  ref: DestinationRef,
  call: Call,
): Promise<DestinationDescription> {
  const management = requireManagement(client)
  const vhost = ref.namespace ?? '/'
  const [item, bindings, epoch] = await Promise.all([
    readObject(management, 'exchanges', vhost, ref.name, call),
    readBindingsOf(management, 'exchanges', vhost, ref.name, call),
    readEpoch(client, call),
  ])
  const found = { ...item, name: ref.name, vhost }
  return {
    ...exchangeInfo(client, found),
    sample: sampleExchange(found, client.deps.now(), epoch),
    parts: {
      settings: [
        ...basics(item, ['type', 'durable', 'auto_delete', 'internal', 'policy']),
        ...Object.entries(objectAt(item, 'arguments')).map(([name, value]) =>
          setting(name, value, 'argument'),
        ),
      ],
      bindings: bindings.map((binding) => bindingOf(binding, ref)),
    },
  }
}

async function describeByDeclare(
  client: Client,
  ref: DestinationRef,
  call: Call,
): Promise<DestinationDescription> {
  if (ref.type === 'exchange') requireManagement(client)
  const sample = await sampleByDeclare(client, ref, call)
  const message =
    'Its type, settings and bindings are only known to the management API, which is not configured'
  return {
    ref,
    internal: false,
    abilities: brokerAbilities(client),
    problems: [{ scope: ref.name, code: 'partial', message }],
    sample,
    parts: { settings: [] },
  }
}

function settingsOf(facts: QueueFacts, item: Json): Setting[] {
  const keys = new Set([
    ...Object.keys(facts.arguments).map((key) => key.replace(/^x-/, '')),
    ...Object.keys(facts.policyDefinition),
  ])
  const effective = [...keys].sort().map((key): Setting => {
    const found = effectiveSetting(facts, key)
    const raw = facts.arguments[`x-${key}`] ?? facts.arguments[key] ?? facts.policyDefinition[key]
    if (found) return setting(key, found.value, found.source)
    return setting(key, raw, key in facts.policyDefinition ? policySource(facts) : 'argument')
  })
  const limit = facts.reportedLimit
  const hasLimit = keys.has('delivery-limit') || limit === null
  return [
    ...basics(item, ['type', 'durable', 'auto_delete', 'exclusive', 'node', 'policy', 'operator_policy']),
    ...effective,
    ...(hasLimit ? [] : [{ ...setting('delivery-limit', limit, 'broker default'), isDefault: true }]),
  ]
}

function basics(item: Json, keys: readonly string[]): Setting[] {
  return keys.flatMap((key) =>
    item[key] === undefined || item[key] === null
      ? []
      : [setting(key.replaceAll('_', '-'), item[key], 'declared')],
  )
}

function setting(name: string, value: unknown, source: string): Setting {
  const text = typeof value === 'string' ? value : value === undefined ? null : JSON.stringify(value)
  return { name, value: text, source }
}

function bindingOf(json: Json, ref: DestinationRef): Binding {
  const namespace = ref.namespace ?? '/'
  const source = textAt(json, 'source') ?? ''
  const destination = textAt(json, 'destination') ?? ''
  const destinationType = textAt(json, 'destination_type') ?? 'queue'
  const args = objectAt(json, 'arguments')
  const isSelf = destinationType === 'queue' && ref.type !== 'exchange'
  return {
    source,
    destination,
    destinationType,
    routingKey: textAt(json, 'routing_key') ?? '',
    ...(Object.keys(args).length === 0 ? {} : { arguments: args }),
    sourceId: encodeRef({ type: 'exchange', name: source, namespace }),
    ...(isSelf || destinationType === 'exchange'
      ? {
          destinationId: encodeRef(isSelf ? ref : { type: 'exchange', name: destination, namespace }),
        }
      : {}),
  }
}

function consumersOf(item: Json, nowMs: number): Consumer[] {
  const details: unknown = item.consumer_details
  if (!Array.isArray(details)) return []
  return details.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return []
    const json = entry as Json
    const channel = objectAt(json, 'channel_details')
    const host = textAt(channel, 'peer_host')
    const user = textAt(channel, 'user')
    const client = textAt(channel, 'connection_name')
    const prefetch = numberAt(json, 'prefetch_count')
    const unacked = numberAt(json, 'messages_unacknowledged')
    return [
      {
        id: `${textAt(channel, 'name') ?? ''} ${textAt(json, 'consumer_tag') ?? ''}`,
        name: textAt(json, 'consumer_tag') ?? '',
        ...(host === undefined ? {} : { host }),
        ...(client === undefined ? {} : { client }),
        ...(user === undefined ? {} : { user }),
        prefetch: prefetch ?? null,
        pending:
          unacked === undefined
            ? unavailable('The broker counts unacknowledged messages by channel, not by consumer', nowMs)
            : ok(unacked, 'messages', nowMs, 'approximate'),
        ...(typeof json.active === 'boolean' ? { active: json.active } : {}),
      },
    ]
  })
}
