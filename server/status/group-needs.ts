import { countOf } from '../../lib/format/number.ts'
import { brokerPath, deadLettersPath } from '../../lib/format/paths.ts'
import type { Need } from '../../lib/schemas/need.ts'
import { alikeId } from './alike.ts'
import type { OpenNeed } from './need-book.ts'

/** More troubles of one sort at one broker than this are one trouble of the broker. */
const mostAlike = 5
const levels = { crit: 0, warn: 1, unknown: 2, ok: 3 }

/** What lies in a broker that cannot be read. */
export interface Root {
  readonly broker: string
  readonly label: string
  readonly href: string
  readonly groups: number
  readonly destinations: number
}

/**
 * As a person reads them: what hangs below a broker that is down or blocked stands with its root and is not listed
 * again, and many of one sort are one. In order: the time until messages are lost, the severity, how much it is.
 */
export function groupNeeds(open: readonly OpenNeed[], roots: ReadonlyMap<string, Root>): Need[] {
  const rootOf = new Map<string, OpenNeed>()
  for (const one of open)
    if (one.need.subject.kind === 'broker' && isRoot(one.need)) rootOf.set(one.need.broker, one)
  const below = new Map<string, number>()
  const own: OpenNeed[] = []
  for (const one of open) {
    const { need } = one
    if (isSaidByNode(one, open)) continue
    if (need.subject.kind === 'broker' || !rootOf.has(need.broker)) own.push(one)
    else below.set(need.broker, (below.get(need.broker) ?? 0) + 1)
  }
  return joinAlike(own, roots)
    .sort(compare)
    .map(({ need }) =>
      isRoot(need) && need.subject.kind === 'broker' && need.affects.length === 0
        ? { ...need, affects: affectsOf(need, roots.get(need.broker), below.get(need.broker) ?? 0) }
        : need,
    )
}

/** Many of one sort at one broker are one row: a person reads what is wrong, not ten thousand times. */
function joinAlike(open: readonly OpenNeed[], roots: ReadonlyMap<string, Root>): OpenNeed[] {
  const alike = new Map<string, OpenNeed[]>()
  for (const one of open) {
    const { broker, subject, state } = one.need
    const key = alikeId(broker, subject.kind, state)
    const list = alike.get(key)
    if (list) list.push(one)
    else alike.set(key, [one])
  }
  return [...alike].flatMap(([id, list]) => (list.length > mostAlike ? [joinOf(id, list, roots)] : list))
}

function joinOf(id: string, list: readonly OpenNeed[], roots: ReadonlyMap<string, Root>): OpenNeed {
  const sorted = list.toSorted(compare)
  const worst = sorted[0] as OpenNeed
  const { need } = worst
  const root = roots.get(need.broker)
  const names = sorted.slice(0, 3).map((one) => one.need.subject.name)
  const since = list.map((one) => one.need.since ?? '').sort()[0]
  return {
    ...worst,
    need: {
      ...need,
      id,
      subject: { kind: 'broker', id: need.broker, name: root?.label ?? need.broker },
      sentence: `Most of all ${names.join(', ')}.`,
      evidence: sorted.slice(0, 10).map((one) => `${one.need.subject.name}: ${one.need.sentence}`),
      affects: [`${countOf(list.length, need.subject.kind)}: ${need.word.toLowerCase()}`],
      since: since || null,
      atLeast: true,
      next: nextOf(need, root),
    },
  }
}

function nextOf({ broker, state, subject, next }: Need, root: Root | undefined): Need['next'] {
  if (state === 'dead-letters') return { label: 'Triage', href: deadLettersPath({ broker }) }
  if (subject.kind === 'group') return { label: 'Open groups', href: brokerPath(broker, { tab: 'groups' }) }
  return root ? { label: 'Open broker', href: root.href } : next
}

/** A broker that is degraded by the trouble of one of its nodes is told of there. */
function isSaidByNode({ need }: OpenNeed, open: readonly OpenNeed[]): boolean {
  return (
    need.subject.kind === 'broker' &&
    need.state === 'degraded' &&
    open.some(
      (one) =>
        one.need.subject.kind === 'node' &&
        one.need.broker === need.broker &&
        one.need.sentence.startsWith(need.sentence),
    )
  )
}

function isRoot({ state }: Need): boolean {
  return state === 'down' || state === 'blocked'
}

function affectsOf({ state }: Need, root: Root | undefined, below: number): string[] {
  const affects: string[] = []
  if (state === 'down' && root && root.groups > 0) affects.push(`${countOf(root.groups, 'group')} unknown`)
  if (state === 'down' && root && root.destinations > 0)
    affects.push(`${countOf(root.destinations, 'destination')} unknown`)
  if (below > 0) affects.push(`${countOf(below, 'trouble')} below it`)
  return affects
}

function compare(a: OpenNeed, b: OpenNeed): number {
  return (
    (a.lossInMs ?? Number.POSITIVE_INFINITY) - (b.lossInMs ?? Number.POSITIVE_INFINITY) ||
    levels[a.need.level] - levels[b.need.level] ||
    kindRank(a.need) - kindRank(b.need) ||
    b.weight - a.weight ||
    (a.need.subject.name < b.need.subject.name ? -1 : 1)
  )
}

function kindRank({ subject }: Need): number {
  return ['broker', 'node', 'group', 'destination', 'replay'].indexOf(subject.kind)
}
