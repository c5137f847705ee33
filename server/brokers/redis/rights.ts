import { randomUUID } from 'node:crypto'
import type { Abilities, Ability, Effect } from '../../../lib/schemas/ability.ts'
import type { Call } from '../contract/index.ts'
import type { Command } from './client.ts'
import { toBrokerError } from './errors.ts'
import type { Link } from './link.ts'

const checked = [
  'read',
  'add',
  'remove',
  'ack',
  'script',
  'push',
  'pull',
  'scan',
  'group',
  'setid',
  'drop',
  'hand',
  'info',
  'clients',
  'kill',
] as const
type Right = (typeof checked)[number]

/** Null: allowed. Else the server's own words why not. */
export type Rights = Readonly<Record<Right, string | null>>
export const everyRight = Object.fromEntries(checked.map((right) => [right, null])) as Record<Right, null>

/**
 * Tries each command on a key that does not exist, in a form that then changes nothing, and reads the refusal:
 * ACL DRYRUN would say it too, but only to an administrator. A refusal of the key's name alone says nothing about
 * other names, so only a refused command counts.
 */
export async function readRights(link: Link, call: Call): Promise<Rights> {
  const key = Buffer.from(`signalbox:rights:${randomUUID()}`)
  const trials: Record<Right, Command> = {
    read: ['XRANGE', key, '-', '+', 'COUNT', 1],
    add: ['XADD', key, 'NOMKSTREAM', '*', 'f', 'v'],
    remove: ['XDEL', key, '0-1'],
    ack: ['XACK', key, 'none', '0-1'],
    script: ['EVAL', 'return 1', 1, key],
    push: ['RPUSHX', key, 'v'],
    pull: ['LREM', key, 1, 'v'],
    scan: ['SCAN', '0', 'COUNT', 1, 'TYPE', 'stream'],
    group: ['XGROUP', 'DESTROY', key, 'none'],
    setid: ['XGROUP', 'SETID', key, 'none', '0'],
    drop: ['XGROUP', 'DELCONSUMER', key, 'none', 'none'],
    hand: ['XCLAIM', key, 'none', 'none', '0', '0-1'],
    info: ['INFO', 'server'],
    clients: ['CLIENT', 'LIST', 'TYPE', 'master'],
    kill: ['CLIENT', 'KILL', 'ID', String(Number.MAX_SAFE_INTEGER)],
  }
  const replies = await link.run(
    key,
    checked.map((right) => trials[right]),
    call,
  )
  return Object.fromEntries(checked.map((right, at) => [right, refusalIn(replies[at])])) as Record<
    Right,
    string | null
  >
}

function refusalIn(reply: unknown): string | null {
  if (!(reply instanceof Error)) return null
  const { code, message } = toBrokerError(reply)
  if (code === 'auth_failed') throw toBrokerError(reply)
  if (code === 'unsupported' && /unknown command/i.test(message)) return message
  return code === 'forbidden' && !/access (a|one of the) key/i.test(message) ? message : null
}

export const noEffect: Effect = { code: 'none', detail: 'Reading leaves no trace on Redis' }

const full: Ability = { level: 'full' }
const none = (reason: string): Ability => ({ level: 'none', reason })
const unless = (refusal: string | null, ability: Ability = full): Ability =>
  refusal === null ? ability : none(refusal)

export function abilitiesOf(type: 'stream' | 'list' | 'channel', rights: Rights): Abilities {
  if (type === 'channel') {
    return {
      browse: none('A pub/sub channel stores nothing: what nobody heard is gone'),
      tail: full,
      publish: {
        level: 'partial',
        reason: 'Only who listens at that moment receives it; refused when nobody does',
      },
      claim: none('A pub/sub channel stores nothing'),
      purge: none('A pub/sub channel stores nothing'),
    }
  }
  if (type === 'list') {
    return {
      browse: {
        level: 'partial',
        reason: 'A list has no times and no ids: elements are named by their place',
        effects: [noEffect],
      },
      tail: none('A list does not tell what was pushed; its readers pop'),
      publish: unless(rights.push),
      claim: none('A list has no ids and no acknowledgement: an element cannot be held while it is sent'),
      purge: unless(rights.pull),
      manage: full,
    }
  }
  return {
    browse: unless(rights.read, { level: 'full', effects: [noEffect] }),
    tail: unless(rights.read),
    publish: unless(rights.add),
    claim: unless(rights.remove ?? rights.read, { level: 'full', effects: [noEffect] }),
    purge: unless(rights.remove ?? rights.read),
    manage: unless(rights.group),
    groups: full,
    ...groupActs(rights),
    connections: connectionsAbility(rights),
    deadLetters: { level: 'partial', reason: 'Redis has no dead-letter queue: by configuration and by name' },
  }
}

/** Each is one script on the key, so that what it checks still holds when it acts. */
function groupActs(rights: Rights): Abilities {
  return {
    offsets: unless(rights.setid ?? rights.script),
    members: unless(rights.drop ?? rights.script),
    pending: unless(rights.hand),
  }
}

export function groupAbilities(rights: Rights): Abilities {
  return {
    groups: rights.ack === null ? full : { level: 'partial', reason: rights.ack },
    ...groupActs(rights),
  }
}

function connectionsAbility({ clients, kill }: Rights): Ability {
  if (clients !== null) return none(clients)
  return kill === null ? full : { level: 'partial', reason: `None can be closed: ${kill}` }
}

/** Of the connection as a whole. */
export function brokerAbilities(rights: Rights): Abilities {
  const stream = abilitiesOf('stream', rights)
  return {
    ...stream,
    nodes: unless(rights.info),
    browse: { ...stream.browse, level: stream.browse?.level ?? 'full', effects: [noEffect] },
    ...(rights.scan === null ? {} : { topology: none(rights.scan) }),
  }
}
