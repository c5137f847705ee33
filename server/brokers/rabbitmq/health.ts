import type { Problem } from '../../../lib/schemas/problem.ts'
import type { Call, Sample } from '../contract/index.ts'
import { type Alarm, countWaiting, sayAlarm, sayBlocked } from './alarms.ts'
import type { Client } from './client.ts'
import type { Json, Management } from './management.ts'
import { sampleNodes } from './nodes.ts'

export interface Health {
  readonly told: Pick<Sample, 'nodes' | 'blocked'>
  readonly problems: readonly Problem[]
}

/**
 * The nodes, and whether publishing is blocked. `nodes` null: these credentials may not ask; alarms are then still
 * known from the health check, without their nodes' readings.
 */
export async function sampleHealth(
  client: Client,
  management: Management,
  found: { readonly nodes: readonly Json[] | null; readonly alarms: readonly Alarm[] | null },
  call: Call,
): Promise<Health> {
  const alarms = found.alarms ?? []
  const nodes = found.nodes === null ? undefined : sampleNodes(client, found.nodes, alarms)
  const waiting = await countWaiting(client, management, alarms, call)
  const blocked = sayBlocked(alarms, waiting) ?? sayOwnBlocked(client)
  const problems =
    nodes?.flatMap((node) => node.problems) ??
    alarms.map((alarm) => ({ scope: alarm.node, code: 'degraded', message: sayAlarm(alarm) }))
  return {
    told: { ...(nodes === undefined ? {} : { nodes }), ...(blocked === undefined ? {} : { blocked }) },
    problems,
  }
}

/** What AMQP itself tells: the broker says so only to a connection that has published since. */
export function sayOwnBlocked(client: Client): string | undefined {
  const [reason] = client.links.blockedReasons()
  return reason === undefined ? undefined : `Publishers are blocked: the broker says ${reason}`
}
