import type { SeriesQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import type { Broker } from '../../lib/schemas/broker.ts'
import { BrokerError, decodeParts, decodeRef, encodeParts } from '../brokers/contract/index.ts'
import { readGroupKey, type Sampler } from '../sampler/index.ts'
import { readSeries } from '../series/index.ts'
import type { StatusEngine } from '../status/index.ts'
import type { HistoryRepository } from '../storage/contract/history.ts'
import type { ReplayRepository } from '../storage/contract/index.ts'
import type { BrokerHouse } from './brokers.ts'
import type { Views } from './contract.ts'
import { createSearch } from './search.ts'

interface ViewPorts {
  readonly replays: Pick<ReplayRepository, 'get' | 'list'>
  readonly status: Pick<StatusEngine, 'withGroupVerdict' | 'withDestinationVerdict'>
  readonly history: Pick<HistoryRepository, 'read'>
}

/** What the routes read of brokers: the sampler's views, one a broker, under the house's roof. */
export function createViews(
  house: BrokerHouse,
  sampler: Sampler,
  { replays, status, history }: ViewPorts,
  now: () => number,
): Views {
  return {
    async listBrokers({ limit, cursor }, caller) {
      const ids = house.ids()
      const start = cursor === undefined ? 0 : startOf(cursor)
      for (const id of ids) sampler.watch(id)
      const items = ids.slice(start, start + limit).flatMap((id): Broker[] => {
        const broker = house.present(id, caller)
        return broker ? [broker] : []
      })
      const next = start + limit
      const nextCursor = next < ids.length ? encodeParts(['brokers', String(next)]) : null
      return { items, nextCursor, total: ids.length }
    },
    async getBroker(id, caller) {
      sampler.watch(id)
      const broker = house.present(id, caller)
      if (!broker) throw new BrokerError('not_found', `There is no broker ${id}`)
      return broker
    },
    listDestinations: (id, query, caller, call) => house.view(id).destinations(query, caller, call),
    async getDestination(id, destination, caller, call) {
      return status.withDestinationVerdict(id, await house.view(id).destination(destination, caller, call))
    },
    listGroups: (id, query, caller, call) => house.view(id).groups(query, caller, call),
    listNodes: (id, call) => house.view(id).nodes(call),
    getRecent: async (id, query) => house.view(id).recent(query),
    async getGroup(id, group, caller, call) {
      return status.withGroupVerdict(id, await house.view(id).group(group, caller, call))
    },
    getSeries: async (query) => {
      checkSubject(query)
      const { from, to } = query
      const nowMs = now()
      const range = { fromMs: Date.parse(from), toMs: to === undefined ? nowMs : Date.parse(to) }
      const series = await readSeries(history, { ...query, ...range }, nowMs)
      if (series.since === null && house.find(query.broker) === null)
        throw new BrokerError('not_found', `There is no broker ${query.broker}`)
      return series
    },
    search: createSearch(house, sampler, replays),
  }
}

function checkSubject({ destination, group }: SeriesQuery): void {
  if (destination !== undefined && !decodeRef(destination))
    throw new BrokerError('not_found', 'There is no such destination')
  if (group !== undefined && readGroupKey(group) === null)
    throw new BrokerError('not_found', 'There is no such consumer group')
}

function startOf(cursor: string): number {
  const [word, offset] = decodeParts(cursor) ?? []
  if (word !== 'brokers' || !/^\d{1,6}$/.test(offset ?? ''))
    throw new AppError('bad_request', 'cursor: expected nextCursor of the same list')
  return Number(offset)
}
