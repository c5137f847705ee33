import { visibleText } from '@/lib/format/name'
import type { SeriesOf } from '@/lib/queries/series'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import type { Group } from '@/lib/schemas/group'
import type { Node } from '@/lib/schemas/node'
import type { Reading, Readings } from '@/lib/schemas/reading'
import type { ChartSpec, LineSpec } from './spec.ts'

type Of = Omit<SeriesOf, 'metric'>
type Shape = readonly [metric: string, label: string, tone: LineSpec['tone'], filled?: boolean]

const has = (readings: Readings, name: string) =>
  readings[name] !== undefined && readings[name].state !== 'unsupported'

function linesOf(of: Of, shapes: readonly Shape[]): LineSpec[] {
  return shapes.map(([metric, label, tone, filled = false]) => ({
    of: { ...of, metric },
    label,
    tone,
    filled,
  }))
}

/** Only where none of them is measured; with the reason the broker's driver gives. */
function whyNone(readings: readonly (Reading | undefined)[]): string | null {
  if (readings.length === 0 || readings.some((reading) => reading?.state !== 'unsupported')) return null
  const [first] = readings
  return first?.state === 'unsupported' ? first.reason : null
}

/** Depth, rates, consumers, and where its rejects lie: what this destination has of it. */
export function chartsOfDestination(broker: string, row: DestinationDetail): ChartSpec[] {
  const { readings, deadLetter } = row
  const of = { broker, destination: row.id }
  const isSplit = has(readings, 'ready') && has(readings, 'unacked')
  const rates: readonly Shape[] = [
    ['inRate', 'in', 's1'],
    ['outRate', 'out', 's2'],
    ['ackRate', 'acked', 's3'],
  ]
  const told = rates.filter(([metric]) => has(readings, metric))
  const target = deadLetter.isDeadLetter ? undefined : deadLetter.target
  return [
    {
      id: 'depth',
      title: deadLetter.isDeadLetter ? 'Dead letters here' : 'Depth',
      unit: 'messages',
      lines: isSplit
        ? linesOf(of, [
            ['ready', 'ready', deadLetter.isDeadLetter ? 'crit' : 's1', true],
            ['unacked', 'held', 's3', true],
          ])
        : linesOf(of, [['depth', 'depth', deadLetter.isDeadLetter ? 'crit' : 's1', true]]),
      unsupported: isSplit ? null : whyNone([readings.depth]),
      canLog: true,
    },
    {
      id: 'rates',
      title: 'Rates',
      unit: 'per-second',
      lines: linesOf(of, told.length > 0 ? told : rates.slice(0, 2)),
      unsupported: told.length > 0 ? null : whyNone([readings.inRate, readings.outRate]),
    },
    ...(has(readings, 'consumers')
      ? [chart('consumers', 'Consumers', 'consumers', linesOf(of, [['consumers', 'consumers', 's1', true]]))]
      : []),
    ...(target?.id
      ? [
          {
            ...chart(
              'dead-letters',
              'Dead letters',
              'messages',
              linesOf({ broker, destination: target.id }, [
                ['depth', `in ${visibleText(target.name)}`, 'crit', true],
              ]),
            ),
            canLog: true,
          },
        ]
      : []),
  ]
}

/** Lag in messages and in time, and what it comes of. */
export function chartsOfGroup(broker: string, group: Group): ChartSpec[] {
  const of = { broker, group: group.id }
  return [
    {
      ...chart('lag', 'Lag', 'messages', linesOf(of, [['lag', 'lag', 's1', true]])),
      unsupported: whyNone([group.total]),
      canLog: true,
      wide: true,
    },
    {
      ...chart('lag-seconds', 'Behind', 'seconds', linesOf(of, [['lagSeconds', 'behind', 's1', true]])),
      unsupported: whyNone([group.totalSeconds]),
      canLog: true,
    },
    chart(
      'rates',
      'Rates',
      'per-second',
      linesOf(of, [
        ['inRate', 'arriving', 's1'],
        ['outRate', 'reading', 's2'],
      ]),
    ),
  ]
}

const mostNodes = 4
const nodeTones = ['s1', 's2', 's3', 's4'] as const

/** What goes through a broker, what it could not process, and how far its readers are behind. */
export function chartsOfBroker(broker: Broker): ChartSpec[] {
  const of = { broker: broker.id }
  const { readings } = broker
  return [
    {
      ...chart(
        'rates',
        'Rates',
        'per-second',
        linesOf(of, [
          ['inRate', 'in', 's1'],
          ['outRate', 'out', 's2'],
        ]),
      ),
      unsupported: whyNone([readings.inRate, readings.outRate]),
    },
    {
      ...chart(
        'dead-letters',
        'Dead letters',
        'messages',
        linesOf(of, [['deadLetters', 'waiting', 'crit', true]]),
      ),
      unsupported: whyNone([readings.deadLetters]),
      canLog: true,
    },
    ...(has(readings, 'worstLag')
      ? [
          {
            ...chart(
              'lag',
              'Worst lag',
              'messages',
              linesOf(of, [['worstLag', 'furthest behind', 's1', true]]),
            ),
            canLog: true,
          },
        ]
      : []),
  ]
}

/** What the servers of a broker have left; none where no server tells. */
export function chartsOfNodes(broker: string, nodes: readonly Node[]): ChartSpec[] {
  return [...nodeChart(broker, nodes, 'memory', 'Memory'), ...nodeChart(broker, nodes, 'disk', 'Disk free')]
}

/** One reading of up to four servers, with the limit of the first. */
function nodeChart(broker: string, nodes: readonly Node[], metric: string, title: string): ChartSpec[] {
  const shown = nodes.filter(({ readings }) => has(readings, metric)).slice(0, mostNodes)
  const [first] = shown
  if (!first) return []
  const limit = `${metric}Limit`
  return [
    chart(metric, title, 'bytes', [
      ...shown.flatMap((node, index) =>
        linesOf({ broker, node: node.id }, [
          [metric, shown.length > 1 ? node.name : title.toLowerCase(), nodeTones[index] ?? 's1'],
        ]),
      ),
      ...(has(first.readings, limit) ? linesOf({ broker, node: first.id }, [[limit, 'limit', 'crit']]) : []),
    ]),
  ]
}

function chart(id: string, title: string, unit: ChartSpec['unit'], lines: readonly LineSpec[]): ChartSpec {
  return { id, title, unit, lines, unsupported: null }
}
