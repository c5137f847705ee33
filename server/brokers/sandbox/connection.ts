import type { BrokerConnection } from '../contract/index.ts'
import type { SandboxBroker } from './engine/broker.ts'
import { browseOf } from './facets/browse.ts'
import { claimOf } from './facets/claim.ts'
import { connectionsOf } from './facets/connections.ts'
import { coreOf } from './facets/core.ts'
import { deadLettersOf } from './facets/dead-letters.ts'
import { Gate } from './facets/gate.ts'
import { groupsOf } from './facets/groups.ts'
import { offsetsOf } from './facets/offsets.ts'
import { publishOf } from './facets/publish.ts'
import type { QueueSession } from './facets/queue-session.ts'
import { tailOf } from './facets/tail.ts'
import { manageOf, purgeOf } from './facets/upkeep.ts'

/** A connection to a broker of this process; several may be open to the same one. */
export function openConnection(broker: SandboxBroker): BrokerConnection {
  const gate = new Gate(broker)
  const sessions = new Set<QueueSession>()
  return {
    kind: 'sandbox',
    traits: { product: 'Built in', carriesKey: true, isFields: false, ownHeaders: [] },
    ...coreOf(gate),
    browse: browseOf(gate),
    tail: tailOf(gate),
    publish: publishOf(gate),
    claim: claimOf(gate, sessions),
    purge: purgeOf(gate),
    manage: manageOf(gate),
    groups: groupsOf(gate),
    offsets: offsetsOf(gate),
    connections: connectionsOf(gate),
    deadLetters: deadLettersOf(gate),
    sandbox: {
      state: () => ({
        workerBroken: broker.worker?.isBroken ?? false,
        deadLetters: broker.worker?.deadLetters ?? null,
      }),
      breakWorker: () => setWorker(broker, true),
      healWorker: () => setWorker(broker, false),
    },
    async close() {
      for (const session of [...sessions]) await session.close()
      gate.close()
    },
  }
}

function setWorker(broker: SandboxBroker, isBroken: boolean): void {
  // What happened until now happened to the worker as it was.
  broker.advance()
  if (broker.worker) broker.worker.isBroken = isBroken
}
