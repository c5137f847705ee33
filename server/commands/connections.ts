import type { ConnectionQuery } from '../../lib/api/queries.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import type { ActResult, CloseConnectionInput, Connection } from '../../lib/schemas/connection.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import {
  type BrokerConnection,
  type Call,
  type Caller,
  type ConnectionsFacet,
  decodeRef,
} from '../brokers/contract/index.ts'
import type { CommandPorts } from './ports.ts'

const pageSize = 500
const defaultReason = 'Closed from the Signalbox console'

export interface ConnectionActs {
  listConnections(
    broker: string,
    query: ConnectionQuery,
    caller: Caller,
    call: Call,
  ): Promise<{
    items: readonly Connection[]
    nextCursor: string | null
    problems?: readonly Problem[]
  }>
  /** `bad_request` when what was typed is neither its client nor its host, `forbidden` for one of our own. */
  closeConnection(
    broker: string,
    connection: string,
    input: CloseConnectionInput,
    caller: Caller,
    call: Call,
  ): Promise<ActResult>
}

/** Who is connected to a broker, and sending one away. */
export function createConnectionActs(ports: CommandPorts): ConnectionActs {
  const { findBroker, touched } = ports
  return {
    async listConnections(broker, { limit, cursor, destination }, caller, call) {
      const facet = await needConnections(findBroker(broker).as(caller), call)
      const ref = destination === undefined ? undefined : decodeRef(destination)
      if (ref === null) throw new AppError('not_found', 'There is no such destination')
      const { items, next, problems } = await facet.list({ destination: ref, cursor, limit }, call)
      return {
        items: withIds(items, ports.destinationId, broker),
        nextCursor: next,
        ...(problems.length > 0 ? { problems } : {}),
      }
    },
    async closeConnection(broker, id, { confirm, reason }, caller, call) {
      const facet = await needConnections(findBroker(broker).as(caller), call)
      if (!facet.close) throw new AppError('unsupported', 'This broker closes no connections on request')
      const found = await findConnection(facet, id, call)
      if (!found) throw new AppError('not_found', 'This connection is not there any more')
      if (found.isOwn)
        throw new AppError('forbidden', 'This connection is the console’s own', { detail: { reason: 'own' } })
      if (confirm !== found.client && confirm !== found.host) {
        throw new AppError('bad_request', 'What was typed is neither its client nor its host', {
          detail: { field: 'confirm' },
        })
      }
      try {
        return await facet.close(id, reason ?? defaultReason, call)
      } finally {
        touched(broker)
      }
    },
  }
}

async function needConnections(connection: BrokerConnection, call: Call): Promise<ConnectionsFacet> {
  if (connection.connections) return connection.connections
  const { abilities } = await connection.probe(call)
  throw new AppError('unsupported', abilities.connections?.reason ?? 'This broker lists no connections')
}

async function findConnection(facet: ConnectionsFacet, id: string, call: Call): Promise<Connection | null> {
  let cursor: string | undefined
  do {
    const page = await facet.list({ cursor, limit: pageSize }, call)
    const found = page.items.find((one) => one.id === id)
    if (found) return found
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return null
}

/** Where a driver names a destination without its type, the sampler knows which one it is. */
function withIds(
  items: readonly Connection[],
  idOf: CommandPorts['destinationId'],
  broker: string,
): readonly Connection[] {
  return items.map((one) => ({
    ...one,
    consumers: one.consumers.map((consumer) => {
      const { id, name, namespace } = consumer.destination
      const known = id ?? idOf?.(broker, name, namespace)
      return known === undefined
        ? consumer
        : { ...consumer, destination: { ...consumer.destination, id: known } }
    }),
  }))
}
