import type { Source } from '../../lib/domain/match.ts'
import type { Abilities } from '../../lib/schemas/ability.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import type { SearchHit } from '../../lib/schemas/search.ts'
import type { Caller } from '../brokers/contract/index.ts'
import type { GroupRow, Row, Snapshot } from './book.ts'
import type { Watched } from './index.ts'
import { limitAbilities } from './present.ts'
import { readGroupKey } from './views.ts'

export type Found = Omit<SearchHit, 'match'>

const ranks = { destination: 2, exchange: 3, group: 3, internal: 6 } as const

/** Every name the sampler knows, ready to be ranked; a hit is made only for what is taken. */
export function searchSources(watched: readonly Watched[], caller: Caller): Source<Found>[] {
  return watched.flatMap((one): Source<Found>[] => {
    const { snapshot } = one
    if (!snapshot) return []
    return [
      {
        names: namesOfRows(snapshot.rows),
        rankAt: (index) => rankOfRow(snapshot.rows[index]),
        itemAt: (index) => presentRow(one, must(snapshot.rows[index]), caller),
      },
      {
        names: namesOfGroups(snapshot.groups),
        rankAt: () => ranks.group,
        itemAt: (index) => presentGroupRow(one, must(snapshot.groups[index])),
      },
    ]
  })
}

/** What carries this very id, on whichever broker: the same name has the same id everywhere. */
export function findById(watched: readonly Watched[], id: string, caller: Caller): Found[] {
  const isGroup = readGroupKey(id) !== null
  return watched.flatMap((one) => {
    const row = one.snapshot?.byId.get(id)
    if (row) return [presentRow(one, row, caller)]
    const group = isGroup ? one.snapshot?.groups.find((candidate) => candidate.id === id) : undefined
    return group ? [presentGroupRow(one, group)] : []
  })
}

/** Brokers whose names are not known, not known anew, or not all known. */
export function searchProblems(watched: readonly Watched[]): Problem[] {
  return watched.flatMap(({ broker, health, snapshot }): Problem[] => {
    const reason = health.reason ?? 'it has not answered yet'
    if (!snapshot) {
      const message = `${broker.label} could not be searched: ${reason}`
      return [{ scope: broker.id, code: 'broker_unreachable', message }]
    }
    const gaps = gapsOf(snapshot).map((gap) => ({ ...gap, scope: `${broker.id}/${gap.scope}` }))
    if (health.state !== 'down') return gaps
    const message = `${broker.label} is down, its names are the last known ones: ${reason}`
    return [{ scope: broker.id, code: 'stale', message }, ...gaps]
  })
}

/** What the listing itself complained of: names may be missing. What a sample left out are values. */
function gapsOf(snapshot: Snapshot): readonly Problem[] {
  const ofSample = new Set(snapshot.sampleProblems)
  return snapshot.problems.filter((problem) => !ofSample.has(problem))
}

// Snapshots are replaced, never changed: their names are put in line once each.
const rowNames = new WeakMap<readonly Row[], readonly string[]>()
const groupNames = new WeakMap<readonly GroupRow[], readonly string[]>()

function namesOfRows(rows: readonly Row[]): readonly string[] {
  return remember(rowNames, rows, () => rows.map((row) => row.lowerName))
}

function namesOfGroups(groups: readonly GroupRow[]): readonly string[] {
  return remember(groupNames, groups, () => groups.map(({ sample }) => sample.name.toLowerCase()))
}

function remember<K extends object>(
  known: WeakMap<K, readonly string[]>,
  key: K,
  make: () => readonly string[],
): readonly string[] {
  const before = known.get(key)
  if (before) return before
  const names = make()
  known.set(key, names)
  return names
}

function rankOfRow(row: Row | undefined): number {
  if (row?.info.internal) return ranks.internal
  return row?.info.ref.type === 'exchange' ? ranks.exchange : ranks.destination
}

function presentRow({ broker }: Watched, row: Row, caller: Caller): Found {
  const { ref, variant, abilities } = row.info
  const self = `${pathOf(broker.id)}/destinations/${encodeURIComponent(row.id)}`
  return {
    kind: 'destination',
    id: row.id,
    name: ref.name,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    broker: broker.id,
    brokerLabel: broker.label,
    environment: broker.environment,
    type: variant === undefined || variant === ref.type ? ref.type : `${variant} ${ref.type}`,
    state: row.state,
    isDeadLetter: row.deadLetter.isDeadLetter,
    abilities: limitAbilities(pickAbilities(abilities), broker, caller),
    links: { self },
  }
}

function pickAbilities({ browse, publish, claim }: Abilities): Abilities {
  return {
    ...(browse ? { browse } : {}),
    ...(publish ? { publish } : {}),
    ...(claim ? { claim } : {}),
  }
}

function presentGroupRow({ broker }: Watched, { id, sample }: GroupRow): Found {
  return {
    kind: 'group',
    id,
    name: sample.name,
    broker: broker.id,
    brokerLabel: broker.label,
    environment: broker.environment,
    type: sample.type,
    state: sample.state,
    isDeadLetter: false,
    links: { self: `${pathOf(broker.id)}/groups/${encodeURIComponent(id)}` },
  }
}

const pathOf = (broker: string) => `/api/v1/brokers/${encodeURIComponent(broker)}`

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('ranked what is not there')
  return value
}
