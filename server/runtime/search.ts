import { type Ranked, rankAll, type Source } from '../../lib/domain/match.ts'
import type { Broker } from '../../lib/schemas/broker.ts'
import type { SearchHit } from '../../lib/schemas/search.ts'
import { readPlan } from '../replays/stored-plan.ts'
import { findById, type Sampler, searchProblems, searchSources } from '../sampler/index.ts'
import type { ReplayRepository, ReplayRow } from '../storage/contract/index.ts'
import type { BrokerHouse } from './brokers.ts'
import type { Views } from './contract.ts'

type Found = Omit<SearchHit, 'match'>

const ranks = { broker: 0, replay: 4 } as const
/** Older runs are found by their whole id. */
const recentRuns = 200

/** Names and ids of all brokers, from what is known: snapshots and the store, never a broker. */
export function createSearch(
  house: BrokerHouse,
  sampler: Sampler,
  replays: Pick<ReplayRepository, 'get' | 'list'>,
): Views['search'] {
  return async ({ q, limit }, caller) => {
    const watched = sampler.watched()
    const brokers = house.ids().flatMap((id) => house.present(id, caller) ?? [])
    const labels = new Map(brokers.map((broker) => [broker.id, broker]))
    const runs = caller.permissions.has('replays.read') ? await replays.list({ limit: recentRuns }) : null
    const presentRun = (row: ReplayRow) => toRun(row, labels.get(row.broker))
    const byId: Ranked<Found>[] = [
      ...findById(watched, q, caller),
      ...(await findRun(replays, q, runs !== null)).map(presentRun),
    ].map((item) => ({ item, match: 'exact' }))
    const sources = [
      ...brokerSources(brokers),
      ...searchSources(watched, caller),
      ...runSources(runs?.items ?? [], presentRun),
    ]
    // A broker or run may be found twice, by its name and by its id.
    const ranked = rankAll(sources, q.toLowerCase(), limit * 2)
    return {
      items: withoutTwins([...byId, ...ranked]).slice(0, limit),
      nextCursor: null,
      problems: searchProblems(watched),
    }
  }
}

async function findRun(
  replays: Pick<ReplayRepository, 'get'>,
  id: string,
  mayRead: boolean,
): Promise<ReplayRow[]> {
  const row = mayRead ? await replays.get(id) : null
  return row ? [row] : []
}

function withoutTwins(ranked: readonly Ranked<Found>[]): SearchHit[] {
  const seen = new Set<string>()
  return ranked.flatMap(({ item, match }) => {
    const key = `${item.kind}\n${item.broker}\n${item.id}`
    if (seen.has(key)) return []
    seen.add(key)
    return [{ ...item, match }]
  })
}

function brokerSources(brokers: readonly Broker[]): Source<Found>[] {
  const bothOf = (nameOf: (broker: Broker) => string): Source<Found> => ({
    names: brokers.map((broker) => nameOf(broker).toLowerCase()),
    rankAt: () => ranks.broker,
    itemAt: (index) => toBroker(brokers[index]),
  })
  return [bothOf(({ label }) => label), bothOf(({ id }) => id)]
}

function runSources(rows: readonly ReplayRow[], present: (row: ReplayRow) => Found): Source<Found>[] {
  const found = rows.map(present)
  const bothOf = (nameOf: (run: Found) => string): Source<Found> => ({
    names: found.map((run) => nameOf(run).toLowerCase()),
    rankAt: () => ranks.replay,
    itemAt: (index) => {
      const run = found[index]
      if (!run) throw new RangeError('ranked what is not there')
      return run
    },
  })
  return [bothOf(({ name }) => name), bothOf(({ id }) => id)]
}

function toBroker(broker: Broker | undefined): Found {
  if (!broker) throw new RangeError('ranked what is not there')
  const { id, label, environment, product, state, links } = broker
  return {
    kind: 'broker',
    id,
    name: label,
    broker: id,
    brokerLabel: label,
    environment,
    type: product,
    state,
    isDeadLetter: false,
    links: { self: links.self ?? `/api/v1/brokers/${id}` },
  }
}

/** A run is called by its source; the broker may be gone from the configuration since. */
function toRun(row: ReplayRow, broker: Broker | undefined): Found {
  const { source } = readPlan(row)
  return {
    kind: 'replay',
    id: row.id,
    name: source.name,
    ...(source.namespace === undefined ? {} : { namespace: source.namespace }),
    broker: row.broker,
    brokerLabel: broker?.label ?? row.broker,
    environment: broker?.environment ?? 'unknown',
    state: row.state,
    isDeadLetter: false,
    links: { self: `/api/v1/replays/${encodeURIComponent(row.id)}` },
  }
}
