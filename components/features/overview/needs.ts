import { partWord } from '@/components/features/groups'
import type { Level } from '@/components/ui/state-mark'
import { membersOf } from '@/lib/domain/members'
import { isStill, stillForMs } from '@/lib/domain/movement'
import { countOf } from '@/lib/format/number'
import { brokerPath, destinationPath, groupPath, replayPath } from '@/lib/format/paths'
import { measure } from '@/lib/format/reading'
import { formatDuration } from '@/lib/format/time'
import type { Broker } from '@/lib/schemas/broker'
import type { DeadLetterQueue } from '@/lib/schemas/dead-letter'
import type { Group } from '@/lib/schemas/group'
import type { Replay } from '@/lib/schemas/replay'

/** One thing a person should look at: what, where, why, and one next step. */
export interface Need {
  readonly key: string
  readonly level: Level
  readonly title: string
  readonly where: string
  readonly why: string
  /** ISO time since when, where that is known. */
  readonly since: string | null
  readonly step: string
  readonly href: string
  readonly weight: number
}

/** What needs a person, worst first. What hangs below a broker that is down is not listed again. */
export function findNeeds(
  brokers: readonly Broker[],
  deadLetters: readonly DeadLetterQueue[],
  replays: readonly Replay[],
  groups: readonly { readonly broker: string; readonly group: Group }[],
  nowMs: number,
): Need[] {
  const needs: Need[] = []
  for (const broker of brokers) {
    if (broker.state === 'down' || broker.state === 'degraded')
      needs.push({
        key: `broker ${broker.id}`,
        level: broker.state === 'down' ? 'crit' : 'warn',
        title: `${broker.label} is ${broker.state === 'down' ? 'unreachable' : 'degraded'}`,
        where: broker.address,
        why: broker.reason ?? broker.health[0]?.message ?? 'The broker gives no reason.',
        since: broker.since,
        step: 'Open broker',
        href: brokerPath(broker.id),
        weight: broker.state === 'down' ? 1e15 : 1e14,
      })
  }
  const labelOf = (id: string) => brokers.find((broker) => broker.id === id)?.label ?? id
  const down = new Set(brokers.filter((broker) => broker.state === 'down').map((broker) => broker.id))
  for (const row of deadLetters) {
    if (down.has(row.broker)) continue
    const open = measure(row.counts.open)
    if (open.value === null || open.value === 0) continue
    needs.push({
      key: `dlq ${row.broker} ${row.id}`,
      level: 'crit',
      title: `${row.name} holds ${countOf(open.value, 'dead letter')}`,
      where: row.brokerLabel,
      why: whyOf(row),
      since: null,
      step: 'Triage',
      href: destinationPath(row.broker, row.id),
      weight: open.value,
    })
  }
  for (const { broker, group } of groups) {
    const trouble = down.has(broker) ? null : troubleOf(group, nowMs)
    if (!trouble) continue
    needs.push({
      key: `group ${broker} ${group.id}`,
      level: 'crit',
      ...trouble,
      where: labelOf(broker),
      since: null,
      step: 'Open group',
      href: groupPath(broker, group.id),
      weight: measure(group.total).value ?? 0,
    })
  }
  for (const run of replays) {
    if (run.dryRun || (run.counts.uncertain === 0 && run.state !== 'failed')) continue
    needs.push({
      key: `run ${run.id}`,
      level: 'warn',
      title:
        run.state === 'failed'
          ? `A replay of ${run.source.name} failed`
          : `A replay of ${run.source.name} is uncertain about ${countOf(run.counts.uncertain, 'message')}`,
      where: labelOf(run.broker),
      why: run.problem ?? run.sentence,
      since: run.finishedAt,
      step: 'Open run',
      href: replayPath(run.id),
      weight: 1e13,
    })
  }
  return needs.sort((a, b) => b.weight - a.weight)
}

/**
 * What one reading of a list says for sure: nobody is there, or some partitions stand still. Whether the others
 * move, and so the verdict, is the group page's to say.
 */
function troubleOf(group: Group, nowMs: number): { readonly title: string; readonly why: string } | null {
  const behind = measure(group.total).value ?? 0
  const wait = (count: number) => `${countOf(count, 'message')} ${count === 1 ? 'waits' : 'wait'}`
  if (membersOf(group) === 0 && behind > 0)
    return { title: `${group.name}: nobody reads`, why: `${wait(behind)} and the group has no members.` }
  const still = group.lag.filter((row) => isStill(row, nowMs))
  if (still.length === 0) return null
  const leastMs = Math.min(...still.map((row) => stillForMs(row, nowMs) ?? 0))
  const stuck = still.reduce((sum, row) => sum + (row.lag.state === 'ok' ? row.lag.value : 0), 0)
  return {
    title: `${group.name}: ${countOf(still.length, partWord(group))} not moving`,
    why: `${wait(stuck)} there, and nothing was committed for ${formatDuration(leastMs)}.`,
  }
}

function whyOf(row: DeadLetterQueue): string {
  const origins = row.deadLetter.origins
  const from = origins
    .slice(0, 3)
    .map((origin) => origin.name)
    .join(', ')
  const more = origins.length > 3 ? ` and ${origins.length - 3} more` : ''
  const consumers = measure(row.readings.consumers)
  const taken = consumers.value === 0 ? ' Nobody consumes it.' : ''
  if (from) return `Rejects of ${from}${more} end here.${taken}`
  const evidence = row.deadLetter.evidence[0]?.detail
  return `Where they came from stands in the messages${evidence ? ` (${evidence})` : ''}.${taken}`
}
