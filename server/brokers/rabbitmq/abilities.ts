import type { Abilities, Ability, Effect } from '../../../lib/schemas/ability.ts'
import type { Client } from './client.ts'
import { effectiveSetting, numberSetting, type QueueFacts, textSetting } from './facts.ts'

/** How what is held goes back without losing the queue's order. */
export type ReturnBy = 'nack' | 'close'

export interface LookPlan {
  readonly by: 'consume' | 'get'
  readonly returnBy: ReturnBy
  /** Returns a message survives; null when there is no limit. */
  readonly limit: number | null
  /** Whether a look uses one of them up. */
  readonly counts: boolean
  /** Whether what is returned stands in a line of its own, which a shorter look would rotate. */
  readonly rotates: boolean
  readonly effects: readonly Effect[]
  /** Why a look would destroy or cannot be done, before anything is tried; null when it may go on. */
  readonly refusal: string | null
}

export const streamEffects: readonly Effect[] = [
  { code: 'none', detail: 'A stream is read by offset; nothing changes' },
]

/**
 * The peek recipe by queue type and version. Classic queues put a returned message back in its place. Quorum
 * queues before 4.0 append a rejected message at the tail when they have no delivery limit, and scramble a nack
 * of more than 32 messages when they have one (a map's order, seen on 3.10.8); what a closed channel held they
 * return in order. From 4.0 a nack keeps the order (without a limit only from 4.3), and from 4.3 it does not
 * count towards the limit.
 */
export function planLook(facts: QueueFacts, version: number): LookPlan {
  const hides: Effect = {
    code: 'hides',
    detail: 'What is looked at is invisible to consumers for less than a second',
  }
  const expires: Effect[] =
    numberSetting(facts, 'message-ttl') === null
      ? []
      : [
          {
            code: 'may-expire',
            detail: 'A message whose time runs out meanwhile expires when it is put back',
          },
        ]
  if (facts.kind === 'classic') {
    return {
      by: facts.autoDelete ? 'get' : 'consume',
      returnBy: 'nack',
      limit: null,
      counts: false,
      rotates: false,
      effects: [
        { code: 'sets-redelivered', detail: 'Consumers see redelivered = true afterwards; order is kept' },
        hides,
        ...expires,
      ],
      refusal: refuseLook(facts, version),
    }
  }
  const limit = deliveryLimit(facts, version)
  const counts = version < 403
  const effect: Effect = counts
    ? {
        code: 'counts-delivery',
        detail: `Each look raises x-delivery-count by one (${limit === null ? 'no delivery limit' : `limit ${limit}`})`,
      }
    : { code: 'counts-delivery', detail: 'Raises x-acquired-count by one, not the delivery limit' }
  return {
    by: 'consume',
    returnBy: version < 400 || (limit === null && version < 403) ? 'close' : 'nack',
    limit,
    counts,
    rotates: true,
    effects: [
      { code: 'sets-redelivered', detail: 'Consumers see redelivered = true afterwards; order is kept' },
      effect,
      hides,
      ...expires,
    ],
    refusal: refuseLook(facts, version),
  }
}

/** Returns a message of this quorum queue survives: the smaller of argument and policy; 20 by default from 4.0. */
export function deliveryLimit(facts: QueueFacts, version: number): number | null {
  const told = numberSetting(facts, 'delivery-limit')
  const limit = told ?? facts.reportedLimit ?? (version >= 400 ? 20 : null)
  return limit === null || limit < 0 ? null : limit
}

function refuseLook(facts: QueueFacts, version: number): string | null {
  const sac = effectiveSetting(facts, 'single-active-consumer')?.value === true
  if (facts.kind === 'other') return `Queues of type ${facts.type} cannot be looked at`
  if (facts.exclusive) return 'The queue is exclusive to the connection that declared it'
  if (facts.kind === 'quorum' && facts.autoDelete) {
    return 'The queue deletes itself with its last consumer, which a look would be'
  }
  if (facts.kind === 'quorum' && sac) {
    return 'The queue has a single active consumer, and a look could become it'
  }
  const limit = facts.kind === 'quorum' ? deliveryLimit(facts, version) : null
  if (limit !== null && limit < 2 && version < 403) {
    return `The delivery limit is ${limit}: one look could drop messages`
  }
  const delayed = textSetting(facts, 'delayed-retry-type')
  if (delayed === 'all' || delayed === 'returned') {
    return 'The queue delays what is returned (delayed-retry-type), so a look would hide messages for longer'
  }
  return null
}

/** While the queue is full, putting back what was looked at drops messages from its head. */
export function refuseWhileFull(facts: QueueFacts, ready: number): string | null {
  const overflow = textSetting(facts, 'overflow') ?? 'drop-head'
  if (overflow !== 'drop-head') return null
  const length = numberSetting(facts, 'max-length')
  if (length !== null && ready >= length) {
    return `The queue is full (${ready} of ${length}, drop-head): putting messages back would drop some`
  }
  const bytes = numberSetting(facts, 'max-length-bytes')
  if (bytes !== null && facts.readyBytes === null && ready > 0) {
    return `The broker does not tell how many bytes lie in the queue (max-length-bytes ${bytes}, drop-head): putting messages back could drop some`
  }
  if (bytes !== null && facts.readyBytes !== null && facts.readyBytes >= bytes) {
    return `The queue is full (${facts.readyBytes} of ${bytes} bytes, drop-head): putting messages back would drop some`
  }
  return null
}

/** The effects of a look on whatever a claim puts back, held for as long as a session may last. */
export function claimEffects(plan: LookPlan): readonly Effect[] {
  const effects = plan.effects.map((effect) =>
    effect.code === 'hides'
      ? { ...effect, detail: 'What is held is invisible to consumers for as long as it takes, at most 60 s' }
      : effect,
  )
  const mayMove: Effect = {
    code: 'moves-to-tail',
    detail:
      'A message at its delivery limit is sent to the queue again, to its tail, instead of being put back',
  }
  return plan.limit !== null && plan.counts ? [...effects, mayMove] : effects
}

export const tailsStreamsOnly =
  'Only streams can be followed: a queue gives each message to one reader, and a shadow queue is not offered'

const full: Ability = { level: 'full' }
const none = (reason: string): Ability => ({ level: 'none', reason })
const noGroups = none('Consumers of a queue share no cursor; they stand on the queue itself')

/** What is missing for anything but reading structure; null when both ways are configured. */
export function missingWay(client: Pick<Client, 'options'>): string | null {
  if (client.options.amqp === undefined) return 'needs the AMQP address (amqp), which is not configured'
  if (client.options.management === undefined) {
    return noManagement
  }
  return null
}

/** What abilities follow from: the addresses, and what our user may ask where that is known. */
export type Reach = Pick<Client, 'options'> & Partial<Pick<Client, 'tags' | 'isMonitor'>>

const noManagement = 'needs the management address (management), which is not configured'

function nodesAbility({ options, isMonitor }: Reach): Ability {
  if (options.management === undefined)
    return none(`${noManagement}: an alarm shows only when a message of our own is blocked`)
  return isMonitor === false
    ? {
        level: 'partial',
        reason: 'Alarms are known, nodes are not: this user lacks the tag monitoring or administrator',
      }
    : full
}

function connectionsAbility({ options, isMonitor, tags }: Reach): Ability {
  if (options.management === undefined) return none(noManagement)
  if (isMonitor === false)
    return {
      level: 'partial',
      reason: 'Only connections of its own user: it lacks the tag monitoring or administrator',
    }
  return tags && !tags.includes('administrator')
    ? { level: 'partial', reason: 'Connections of other users can be closed by an administrator only' }
    : full
}

export function brokerAbilities(client: Reach): Abilities {
  const missing = missingWay(client)
  const nodes = nodesAbility(client)
  const connections = connectionsAbility(client)
  if (missing !== null) {
    const reason = none(missing)
    const ways: Abilities = { browse: reason, publish: reason, claim: reason, purge: reason, manage: reason }
    return {
      ...ways,
      groups: noGroups,
      deadLetters: client.options.management === undefined ? none(missing) : full,
      tail: reason,
      nodes,
      connections,
    }
  }
  return {
    browse: full,
    publish: full,
    claim: full,
    purge: full,
    manage: full,
    deadLetters: full,
    groups: noGroups,
    tail: { level: 'partial', reason: tailsStreamsOnly },
    nodes,
    connections,
  }
}

export function queueAbilities(client: Reach, facts: QueueFacts, version: number): Abilities {
  const broker = brokerAbilities(client)
  if (missingWay(client) !== null) return broker
  if (facts.kind === 'stream') {
    return {
      ...broker,
      browse: {
        level: 'full',
        effects: [...streamEffects],
        limits: { from: ['newest', 'oldest', 'position', 'time'] },
      },
      claim: {
        level: 'full',
        effects: [...streamEffects],
        limits: { settles: 'marks: the stream keeps every message, the ledger marks what was replayed' },
      },
      tail: { level: 'full', effects: [...streamEffects] },
      purge: none('A stream cannot be purged; its retention removes messages'),
    }
  }
  const plan = planLook(facts, version)
  const limits = { from: ['oldest'], ...(plan.limit === null ? {} : { deliveryLimit: plan.limit }) }
  const look: Ability =
    plan.refusal === null
      ? { level: 'partial', reason: 'From the head only', limits, effects: [...plan.effects] }
      : { level: 'none', reason: plan.refusal }
  const claim: Ability =
    plan.refusal === null
      ? { level: 'full', effects: [...claimEffects(plan)] }
      : { level: 'none', reason: plan.refusal }
  const purge: Ability = plan.refusal === null ? (broker.purge ?? full) : claim
  return { ...broker, browse: look, claim, purge, tail: none(tailsStreamsOnly) }
}

export function exchangeAbilities(client: Reach, isInternal: boolean): Abilities {
  const broker = brokerAbilities(client)
  const holdsNone = none('An exchange routes messages and holds none')
  return {
    ...broker,
    browse: holdsNone,
    claim: holdsNone,
    purge: holdsNone,
    tail: holdsNone,
    deadLetters: holdsNone,
    connections: none('An exchange has no consumers; publishers are not told by exchange'),
    ...(isInternal ? { publish: none('An internal exchange takes messages from other exchanges only') } : {}),
  }
}
