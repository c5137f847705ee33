import type { OffsetReset } from '../../lib/schemas/offset.ts'
import type { Replay } from '../../lib/schemas/replay.ts'
import { BrokerError, type DeadLetterEdge, type GuardedBroker, newCall } from '../brokers/contract/index.ts'
import type { Registry } from '../brokers/registry.ts'
import { createCommands } from '../commands/create-commands.ts'
import { createOffsetResets } from '../commands/offset-resets/engine.ts'
import type { DetectDeadLetters, HeaderSighting } from '../dead-letters/contract.ts'
import {
  createDeadLetters,
  detectDeadLetters,
  hintsOf,
  type KnownBroker,
  readFailure,
} from '../dead-letters/index.ts'
import type { Log } from '../log/contract.ts'
import { createMessages } from '../messages/create-messages.ts'
import { createReplays } from '../replays/index.ts'
import { type Row, type Sampler, systemCaller, type Watched } from '../sampler/index.ts'
import { createStatus, type StatusEngine } from '../status/index.ts'
import type { Storage } from '../storage/contract/index.ts'
import type { Commands, DeadLetters, Messages, OffsetResets, Replays } from './contract.ts'
import type { EventLog } from './event-log.ts'

export interface EngineDeps {
  readonly registry: Registry
  readonly sampler: Sampler
  readonly storage: Storage
  readonly events: Pick<EventLog, 'record' | 'close'>
  readonly log: Log
  readonly now: () => number
  readonly onReplay: (replay: Replay) => void
  readonly onReset: (reset: OffsetReset) => void
}

export interface Engines {
  readonly detect: DetectDeadLetters
  sightingsOf(brokerId: string): readonly HeaderSighting[]
  readonly messages: Messages
  readonly deadLetters: DeadLetters
  readonly replays: Replays
  readonly commands: Commands
  readonly status: StatusEngine
  readonly offsetResets: OffsetResets
  /** A broker went, or is another now. */
  forget(broker: string): void
  /** Resumes the runs that were in motion, and the resets that waited, when the process ended. */
  start(): Promise<void>
  stop(): Promise<void>
}
/** A run that went wrong is asked about while it is among so many of the newest. */
const recentRuns = 200

/** Every engine over its ports: brokers by their guarded form, what the sampler knows, the store. */
export function createEngines(deps: EngineDeps): Engines {
  const { registry, sampler, storage, events, log, now, onReplay, onReset } = deps
  const findBroker = registry.find
  const messages = createMessages({
    findBroker,
    openFailureReader: ({ id, kind }, ref) => {
      const hints = hintsOf(sampler.snapshot(id)?.edges ?? [], ref)
      return (message) => readFailure(kind, message, hints)
    },
    replays: storage.replays,
    now,
  })
  const touched = (broker: string) => {
    messages.forget(broker)
    sampler.touch(broker)
  }
  const replays = createReplays({
    storage,
    findBroker,
    readFailure,
    edgesOf: (broker) => sampler.snapshot(broker)?.edges ?? readEdges(findBroker(broker)),
    now,
    log,
    onChange: (run) => {
      onReplay(run)
      status.replayChanged(run)
      if (isMoving(run)) return
      touched(run.broker)
      if (run.target.broker !== run.broker) touched(run.target.broker)
    },
  })
  const deadLetters = createDeadLetters<Row>({
    brokers: () => sampler.watched().map(knownBroker),
    freshen: (broker, call) => sampler.freshen(broker, call),
    present: (broker, row, caller) => {
      const view = sampler.view(broker)
      if (!view) throw new BrokerError('not_found', `There is no broker ${broker}`)
      return view.present(row, caller)
    },
    findBroker,
    readFailure,
    replays: storage.replays,
    onSightings: (broker) => sampler.redetect(broker),
    now,
    log,
  })
  const status = createStatus({
    watched: () => sampler.watched(),
    recentOf: (broker) => sampler.recentOf(broker),
    freshen: (broker, call) => sampler.freshen(broker, call),
    sightingsOf: deadLetters.sightingsOf,
    openOf: (broker, row) => deadLetters.openOf(broker, row, systemCaller),
    replays: async () => (await replays.list({ limit: recentRuns }, systemCaller)).items,
    needs: storage.needs,
    tell: (news) => events.record(news),
    endEvent: (id, untilMs) => events.close(id, untilMs),
    now,
    log,
  })
  const offsetResets = createOffsetResets({
    findBroker,
    storage,
    touched,
    now,
    log,
    onChange: (reset) => {
      onReset(reset)
      status.resetChanged(reset)
    },
  })
  return {
    detect: detectDeadLetters,
    sightingsOf: deadLetters.sightingsOf,
    messages,
    deadLetters,
    replays,
    status,
    offsetResets,
    commands: createCommands({
      findBroker,
      storage,
      touched,
      now,
      log,
      destinationId: (broker, name, namespace) =>
        findByName(sampler.snapshot(broker)?.rows ?? [], name, namespace),
    }),
    forget(broker) {
      status.forget(broker)
      messages.forget(broker)
      deadLetters.forget(broker)
    },
    async start() {
      deadLetters.start()
      await replays.recover()
      await offsetResets.start()
    },
    async stop() {
      await Promise.all([deadLetters.stop(), replays.stop(), offsetResets.stop()])
    },
  }
}

/** A run that goes on right after the start may come before the first sample: it asks the broker itself. */
async function readEdges(broker: GuardedBroker): Promise<readonly DeadLetterEdge[]> {
  const facet = broker.as(systemCaller).deadLetters
  return facet ? facet.edges(newCall(10_000)) : []
}

function isMoving(run: Replay): boolean {
  return run.state === 'running' || run.state === 'planning' || run.state === 'cancelling'
}

function knownBroker({ broker, health, snapshot }: Watched): KnownBroker<Row> {
  const { id, kind, label, environment, mode } = broker
  return {
    id,
    kind,
    label,
    environment,
    mode,
    state: health.state,
    reason: health.reason,
    rows: snapshot?.rows ?? null,
    problems: snapshot?.problems ?? [],
  }
}

/** The only destination of that name something can be read from; an exchange may bear the name of a queue. */
function findByName(rows: readonly Row[], name: string, namespace: string | undefined): string | undefined {
  const found = rows.filter(
    ({ info: { ref } }) => ref.name === name && ref.namespace === namespace && ref.type !== 'exchange',
  )
  return found.length === 1 ? found[0]?.id : undefined
}
