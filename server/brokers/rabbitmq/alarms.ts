import { BrokerError, type Call } from '../contract/index.ts'
import type { Client } from './client.ts'
import { isJson, type Json, type Management, textAt } from './management.ts'

/** A resource alarm of one node. Memory and disk block publishers on the whole cluster. */
export interface Alarm {
  readonly node: string
  /** `memory`, `disk`, `file_descriptor_limit`: the broker's own word. */
  readonly resource: string
  /** When it was first seen here, epoch ms. */
  readonly seenAtMs: number
  /** It was there at the first look: it may be older than `seenAtMs`. */
  readonly isOlder: boolean
}

/** Remembers since when an alarm is seen: the broker does not tell. */
export class AlarmLog {
  readonly #seen = new Map<string, Alarm>()
  #hasLooked = false

  /** @param now every alarm in effect @returns the same, each with its time */
  see(now: readonly { readonly node: string; readonly resource: string }[], atMs: number): Alarm[] {
    const found = now.map(({ node, resource }) => {
      const key = `${node} ${resource}`
      const known = this.#seen.get(key) ?? { node, resource, seenAtMs: atMs, isOlder: !this.#hasLooked }
      return [key, known] as const
    })
    this.#hasLooked = true
    this.#seen.clear()
    for (const [key, alarm] of found) this.#seen.set(key, alarm)
    return found.map(([, alarm]) => alarm)
  }
}

/** Alarms in effect: the health check tells them live, the nodes up to 5 s later. Null: neither tells. */
export async function readAlarms(
  client: Client,
  management: Management,
  nodes: readonly Json[] | null,
  call: Call,
): Promise<Alarm[] | null> {
  const told = nodes?.some((node) => typeof node.mem_alarm === 'boolean') === true
  const found = (await askHealth(management, call)) ?? (told ? alarmsOfNodes(nodes ?? []) : null)
  return found === null ? null : client.alarms.see(found, client.deps.now())
}

interface Bare {
  readonly node: string
  readonly resource: string
}

function alarmsOfNodes(nodes: readonly Json[]): Bare[] {
  return nodes.flatMap((item) => {
    const node = textAt(item, 'name') ?? 'a node'
    return [
      ...(item.mem_alarm === true ? [{ node, resource: 'memory' }] : []),
      ...(item.disk_free_alarm === true ? [{ node, resource: 'disk' }] : []),
    ]
  })
}

/** `/health/checks/alarms` answers 503 with the list when there are some; every user of the API may ask. Null: not told. */
async function askHealth(management: Management, call: Call): Promise<Bare[] | null> {
  try {
    const answer = await management.getObject('/health/checks/alarms', call, 503)
    const alarms: unknown[] = Array.isArray(answer.alarms) ? answer.alarms : []
    return alarms.filter(isJson).map((alarm) => ({
      node: textAt(alarm, 'node') ?? 'a node',
      resource: textAt(alarm, 'resource') ?? 'a resource',
    }))
  } catch (error) {
    if (error instanceof BrokerError && error.code !== 'timeout') return null
    throw error
  }
}

const whatIsShort: Record<string, string> = {
  memory: 'is short of memory',
  disk: 'is short of disk',
  file_descriptor_limit: 'has no file handles left',
}

const blocksPublishers = ({ resource }: Alarm) => resource !== 'file_descriptor_limit'

/** "Node rabbit@a is short of memory since 22:14:05 UTC: publishers are blocked". */
export function sayAlarm(alarm: Alarm): string {
  const short = whatIsShort[alarm.resource] ?? `has an alarm (${alarm.resource})`
  const effect = blocksPublishers(alarm) ? 'publishers are blocked' : 'it takes no new connections'
  return `Node ${alarm.node} ${short} ${sinceOf(alarm)}: ${effect}`
}

/** Why publishing is blocked, for the whole broker; undefined while it is not. @param waiting connections held up, where known */
export function sayBlocked(alarms: readonly Alarm[], waiting: Waiting | null): string | undefined {
  const blocking = alarms.filter(blocksPublishers)
  if (blocking.length === 0) return undefined
  const why = blocking.map((alarm) => {
    const short = whatIsShort[alarm.resource] ?? `has an alarm (${alarm.resource})`
    return `${alarm.node} ${short} ${sinceOf(alarm)}`
  })
  return `Publishers are blocked: ${why.join('; ')}${waiting === null ? '' : `. ${sayWaiting(waiting)}`}`
}

function sinceOf({ seenAtMs, isOlder }: Alarm): string {
  const time = new Date(seenAtMs).toISOString().slice(11, 19)
  return `since ${isOlder ? 'before ' : ''}${time} UTC`
}

/** Connections by what an alarm does to them. */
export interface Waiting {
  /** Have published since and are not read from. */
  readonly blocked: number
  /** Will be when they publish. */
  readonly blocking: number
  /** There are more connections than were looked at. */
  readonly isPart: boolean
}

function sayWaiting({ blocked, blocking, isPart }: Waiting): string {
  const more = isPart ? ' at least' : ''
  const held = `${blocked} ${blocked === 1 ? 'connection is' : 'connections are'} held up${more}`
  return blocking === 0 ? held : `${held}, ${blocking} will be when they publish`
}

/** Only while an alarm stands: how many connections it holds up. Null where these rights do not tell. */
export async function countWaiting(
  client: Client,
  management: Management,
  alarms: readonly Alarm[],
  call: Call,
): Promise<Waiting | null> {
  if (!alarms.some(blocksPublishers) || client.isMonitor === false) return null
  try {
    const path = '/connections?page=1&page_size=500&sort=name&columns=name,state'
    const answer = await management.getObject(path, call)
    const items: unknown[] = Array.isArray(answer.items) ? answer.items : []
    const states = items.filter(isJson).map((item) => textAt(item, 'state'))
    const count = (state: string) => states.filter((one) => one === state).length
    const isPart = typeof answer.total_count === 'number' && answer.total_count > states.length
    return { blocked: count('blocked'), blocking: count('blocking'), isPart }
  } catch {
    return null
  }
}
