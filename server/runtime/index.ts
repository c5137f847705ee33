import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAccess } from '../access/access.ts'
import { createRegistry, optionsByKind } from '../brokers/registry.ts'
import { loadConfig } from '../config/index.ts'
import { createLog, createRedactor } from '../log/create-log.ts'
import { Sampler } from '../sampler/index.ts'
import { createSealer } from '../secrets/sealer.ts'
import { withEvents } from '../status/index.ts'
import { openHistory } from '../storage/sqlite/history/open-history.ts'
import { openStorage } from '../storage/sqlite/open-storage.ts'
import { createAddedBrokers } from './added-brokers.ts'
import { createBrokerHouse } from './brokers.ts'
import type { Runtime } from './contract.ts'
import { measureDataDir } from './data-dir.ts'
import { createEngines } from './engines.ts'
import { createEventLog } from './event-log.ts'
import { createLiveHub } from './live-hub.ts'
import { formatMetrics } from './metrics.ts'
import { setRuntime } from './slot.ts'
import { createTargets } from './targets.ts'
import { createViews } from './views.ts'

/**
 * Builds the one composition of everything and starts its loops; called once a process. Ready when the store
 * is open and the brokers are being read: one that is down does not keep the console from starting.
 */
export async function startRuntime(): Promise<Runtime> {
  const config = loadConfig({ cwd: process.cwd(), env: process.env, optionsByKind })
  const version = readVersion()
  const redactor = createRedactor()
  const secrets = config.secrets.reveal()
  const log = createLog({ level: process.env.SIGNALBOX_LOG_LEVEL, secrets, redactor })
  const now = () => Date.now()
  const storage = await openStorage(config.server.dataDir)
  const stopping = new AbortController()

  const registry = createRegistry((brokerId) => ({
    brokerId,
    notes: storage.notesOf(brokerId),
    log: log.child({ broker: brokerId }),
    now,
  }))
  const hub = createLiveHub(`signalbox ${version}`, (id, caller) => house.present(id, caller), now)
  const events = createEventLog({ repository: storage.events, onEvent: hub.happened, now, log })
  const history = await openHistory({
    dataDir: config.server.dataDir,
    maxBytes: config.server.historyLimit,
    onProblem(sentence) {
      log.error('history', { problem: sentence })
      void events.record({ kind: 'other', broker: null, text: sentence })
    },
  })
  const sampler: Sampler = new Sampler({
    detect: (...facts) => engines.detect(...facts),
    sightingsOf: (id) => engines.sightingsOf(id),
    isWatchedLive: () => hub.readers > 0,
    onBroker: (id) => {
      hub.brokerChanged(id)
      engines.status.stateChanged(id)
    },
    onSample: (sample) => hub.sampled(sample),
    onSnapshot: (id, before, after) => engines.status.observe(id, before, after),
    onHistory: (sample) => void history.append(sample),
    now,
    log,
  })
  const added = createAddedBrokers(storage, createSealer(config.server.dataDir), redactor, now)
  const onChange = (id: string, isGone: boolean) => {
    engines.forget(id)
    if (isGone) history.forget(id)
    if (isGone) hub.brokerGone(id)
    else hub.brokerChanged(id)
  }
  const house = createBrokerHouse({ config, registry, sampler, storage, added, log, now, onChange })
  const engines = createEngines({
    registry,
    sampler,
    storage,
    events,
    log,
    now,
    onReplay: hub.replayChanged,
    onReset: hub.resetChanged,
  })
  let isReady = false

  const runtime: Runtime = {
    version,
    config,
    log,
    access: createAccess({
      repository: storage.access,
      serverToken: config.server.token,
      publicUrl: config.server.url,
      now,
    }),
    audit: withEvents(storage.audit, (news) => events.record(news)),
    brokers: house,
    targets: createTargets(house, storage, engines.status),
    views: createViews(house, sampler, { replays: storage.replays, status: engines.status, history }, now),
    messages: engines.messages,
    deadLetters: engines.deadLetters,
    replays: engines.replays,
    commands: engines.commands,
    offsetResets: engines.offsetResets,
    live: hub,
    events,
    needs: engines.status,
    describe: async () => ({
      version,
      dataDir: config.server.dataDir,
      dataBytes: await measureDataDir(config.server.dataDir),
      file: config.file,
      discover: config.discover,
    }),
    listAudit: (query) => storage.audit.list(query),
    health: () => {
      const storeOpen = storage.isOpen()
      const reason = !storeOpen ? 'the store is closed' : isReady ? null : 'starting'
      return { storeOpen, ready: isReady && storeOpen && !stopping.signal.aborted, reason }
    },
    metrics: () => formatMetrics(version, sampler.watched(), hub.readers, history.figures(), now()),
    stopping: stopping.signal,
    async stop() {
      if (stopping.signal.aborted) return
      stopping.abort()
      isReady = false
      house.stop()
      await engines.stop()
      await sampler.stop()
      await history.close()
      await registry.close()
      await storage.close()
      setRuntime(undefined)
    },
  }
  try {
    await engines.status.start()
    await house.open()
    await engines.start()
  } catch (error) {
    await runtime.stop().catch(() => undefined)
    throw error
  }
  isReady = true
  await events.record({ kind: 'console-started', broker: null, text: `Signalbox ${version} started` })
  setRuntime(runtime)
  return runtime
}

function readVersion(): string {
  const text = readFileSync(join(process.cwd(), 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
