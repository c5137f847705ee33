import type { Permission } from '../../lib/domain/permissions.ts'
import type { BrokerKind, Environment, Mode } from '../../lib/schemas/broker.ts'
import {
  type BrokerConnection,
  BrokerError,
  type Call,
  type Caller,
  type ClaimSession,
  type GuardedBroker,
  type Publisher,
  type PurgeFacet,
  throwIfOver,
} from './contract/index.ts'
import { bound, boundIteration, boundPublisher, boundSession, toBrokerError } from './guard-bounds.ts'

/**
 * Policy in one place: nothing reaches a broker but through here, so the API, jobs and whatever comes later
 * obey the same rule. Reads need their permission. Writes also need a read-write broker and an audit row that
 * was begun before the act. Every call is bounded by its deadline and its abort signal, whatever the driver does.
 */
export interface GuardSettings {
  readonly id: string
  readonly kind: BrokerKind
  readonly label: string
  readonly environment: Environment
  readonly mode: Mode
  readonly address: string
}

/** How a caller may use the members of one facet (or the core); a facet that is missing here cannot be called at all. */
type Rule = { readonly permission: Permission; readonly write: boolean }
const read = (permission: Permission): Rule => ({ permission, write: false })
const write = (permission: Permission): Rule => ({ permission, write: true })

const coreRules: Record<string, Rule> = {
  probe: read('brokers.read'),
  listDestinations: read('brokers.read'),
  describeDestination: read('brokers.read'),
  sample: read('brokers.read'),
  past: read('brokers.read'),
}
const facetRules: Record<string, Record<string, Rule>> = {
  browse: { read: read('messages.read'), get: read('messages.read') },
  tail: { follow: read('messages.read') },
  publish: { openPublisher: write('messages.publish'), check: read('brokers.read') },
  verify: { mark: read('messages.read'), findSince: read('messages.read') },
  claim: {
    shapeOf: read('brokers.read'),
    settlesOf: read('brokers.read'),
    count: read('brokers.read'),
    freeze: read('messages.read'),
    effects: read('brokers.read'),
    open: write('messages.settle'),
    transaction: read('brokers.read'),
  },
  purge: { purge: write('messages.purge') },
  manage: { ensure: write('messages.settle'), removeEmpty: write('messages.settle') },
  groups: {
    describe: read('brokers.read'),
    acknowledge: write('messages.settle'),
    removalEffect: read('brokers.read'),
    removeMember: write('groups.manage'),
    claimPending: write('groups.manage'),
    countLag: read('messages.read'),
  },
  offsets: { plan: read('brokers.read'), apply: write('groups.manage') },
  connections: { list: read('brokers.read'), close: write('connections.close') },
  deadLetters: { edges: read('brokers.read') },
  sandbox: {
    state: read('brokers.read'),
    breakWorker: read('sandbox.play'),
    healWorker: read('sandbox.play'),
  },
}

/** Wraps a connection; the registry hands out nothing else. */
export function guardBroker(settings: GuardSettings, connection: BrokerConnection): GuardedBroker {
  return {
    ...settings,
    traits: connection.traits,
    as: (caller) => wrapConnection(settings, connection, caller),
  }
}

function wrapConnection(
  settings: GuardSettings,
  connection: BrokerConnection,
  caller: Caller,
): BrokerConnection {
  const allow = (name: string, rule: Rule) => assertAllowed(settings, caller, name, rule)
  const { kind, traits } = connection
  const wrapped: Record<string, unknown> = { kind, traits }
  for (const [name, rule] of Object.entries(coreRules)) {
    if (name === 'past' && !connection.past) continue
    wrapped[name] = guardMember(connection, name, `${settings.id}.${name}`, rule, allow)
  }
  for (const [facet, rules] of Object.entries(facetRules)) {
    const held = facet === 'verify' ? undefined : Reflect.get(connection, facet)
    if (held && typeof held === 'object') wrapped[facet] = guardFacet(held, facet, rules, settings, allow)
  }
  wrapped.close = () => Promise.reject(new BrokerError('forbidden', 'Only the registry closes a connection'))
  return wrapped as unknown as BrokerConnection
}

function guardFacet(
  held: object,
  facet: string,
  rules: Record<string, Rule>,
  settings: GuardSettings,
  allow: (name: string, rule: Rule) => void,
): object {
  const wrapped: Record<string, unknown> = {}
  for (const [name, rule] of Object.entries(rules)) {
    if (typeof Reflect.get(held, name) === 'function') {
      wrapped[name] = guardMember(held, name, `${settings.id}.${facet}.${name}`, rule, allow)
    }
  }
  const verify: unknown = facet === 'publish' ? Reflect.get(held, 'verify') : undefined
  if (verify && typeof verify === 'object') {
    wrapped.verify = guardFacet(verify, 'verify', facetRules.verify ?? {}, settings, allow)
  }
  return wrapped
}

/** One member under its rule; the last argument is the call where it is one, and then bounds what it does. */
function guardMember(
  owner: object,
  name: string,
  path: string,
  rule: Rule,
  allow: (path: string, rule: Rule) => void,
): (...args: unknown[]) => unknown {
  return (...args) => {
    const call = args.at(-1)
    try {
      allow(path, rule)
      const member: unknown = Reflect.get(owner, name)
      if (typeof member !== 'function') throw new BrokerError('unsupported', `${path} is not available`)
      if (!isCall(call)) return Reflect.apply(member, owner, args)
      throwIfOver(call)
      if (name === 'purge') return purge(owner as PurgeFacet, args as Parameters<PurgeFacet['purge']>)
      const result: unknown = Reflect.apply(member, owner, args)
      if (isIterating(name)) return boundIteration(call, result as AsyncIterable<unknown>)
      return bound(call, Promise.resolve(result), { onLate: closeLate }).then(guardOpened(name))
    } catch (thrown) {
      const error = toBrokerError(thrown)
      // What answers later must also fail later: a caller that only catches the promise still hears of it.
      if (isCall(call) && !isIterating(name)) return Promise.reject(error)
      throw error
    }
  }
}

function isIterating(name: string): boolean {
  return name === 'follow' || name === 'freeze' || name === 'findSince'
}

/** What was opened is as bounded as its opening; its permission was asked then. */
function guardOpened(name: string): (opened: unknown) => unknown {
  if (name === 'openPublisher') return (opened) => boundPublisher(opened as Publisher)
  if (name === 'open') return (opened) => boundSession(opened as ClaimSession)
  return (result) => result
}

/** A session nobody waits for any more would hold messages for nobody. */
function closeLate(late: unknown): void {
  if (typeof late !== 'object' || late === null || !('close' in late)) return
  if (typeof late.close === 'function') Promise.resolve(late.close()).catch(() => undefined)
}

/** A purge nobody waits for any more gets no further backup, so it may remove nothing more. */
async function purge(owner: PurgeFacet, [ref, sink, call]: Parameters<PurgeFacet['purge']>) {
  let failed: { readonly error: unknown } | undefined
  const limited: typeof sink = async (messages) => {
    throwIfOver(call)
    try {
      await sink(messages)
    } catch (error) {
      failed = { error }
      throw error
    }
  }
  try {
    return await bound(call, owner.purge(ref, limited, call))
  } catch (error) {
    // The sink is not the broker: its error is the caller's own, told as it is.
    throw failed ? failed.error : error
  }
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'deadlineAt' in value && 'signal' in value
}

function assertAllowed(settings: GuardSettings, caller: Caller, path: string, rule: Rule): void {
  if (rule.write && settings.mode === 'read-only') {
    throw new BrokerError('forbidden', `${settings.label} is in read-only mode`, {
      detail: { reason: 'read-only' },
    })
  }
  if (!caller.permissions.has(rule.permission)) {
    throw new BrokerError('forbidden', `${caller.actor} lacks the permission ${rule.permission}`, {
      detail: { reason: 'permission', permission: rule.permission },
    })
  }
  if (rule.write && caller.auditId === null) {
    throw new BrokerError('forbidden', `${path} refused: no audit entry was begun for it`, {
      detail: { reason: 'audit' },
    })
  }
}
