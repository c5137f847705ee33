import { AppError } from '../../lib/domain/app-error.ts'
import type { Broker, Environment, Mode } from '../../lib/schemas/broker.ts'
import { BrokerError, type Caller, encodeRef, type SandboxFacet } from '../brokers/contract/index.ts'
import { driverOf, drivers, type Registry } from '../brokers/registry.ts'
import type { Config } from '../config/contract.ts'
import type { Log } from '../log/contract.ts'
import type { BrokerView, Sampler } from '../sampler/index.ts'
import type { Storage } from '../storage/contract/index.ts'
import type { Brokers, SandboxState } from './contract.ts'
import { discoverBrokers, type Found, standardBrokers } from './discover.ts'

const discoverEveryMs = 60_000

export interface BrokersDeps {
  readonly config: Config
  readonly registry: Registry
  readonly sampler: Sampler
  readonly storage: Storage
  readonly log: Log
  readonly now: () => number
}

/** Every broker there is: configured, the sandbox, found and not connected. */
export interface BrokerHouse extends Brokers {
  /** Opens what the configuration names, and found ones a person connected before. */
  open(): Promise<void>
  /** Configured and connected first, then found ones, each in its order. */
  ids(): readonly string[]
  present(id: string, caller: Caller): Broker | null
  /** Throws `not_found`, and `broker_unreachable` for one that is found and not connected. */
  view(id: string): BrokerView
  stop(): void
}

interface Connected {
  readonly environment: Environment
  readonly mode: Mode
}

export function createBrokerHouse({
  config,
  registry,
  sampler,
  storage,
  log,
  now,
}: BrokersDeps): BrokerHouse {
  const ids: string[] = []
  const connectedIds = new Set<string>()
  let found: readonly Found[] = []
  let foundAtMs = now()
  let timer: NodeJS.Timeout | undefined

  async function add(settings: Parameters<Registry['add']>[0]): Promise<void> {
    const broker = await registry.add(settings)
    ids.push(settings.id)
    sampler.add(broker)
  }

  /** A found broker under the options of its defaults; it holds no secret of this installation. */
  async function addFound(one: Found, { environment, mode }: Connected): Promise<void> {
    const options = driverOf(one.kind).options.parse(one.options)
    connectedIds.add(one.id)
    await add({ id: one.id, kind: one.kind, label: one.label, environment, mode, options })
  }

  async function look(): Promise<void> {
    found = await discoverBrokers()
    foundAtMs = now()
  }

  /** Also one that is down now: a person connected it, and wants to hear that it is down. */
  async function addConnectedBefore(): Promise<void> {
    for (const one of standardBrokers) {
      const before = await storage.settings.get(settingOf(one.id))
      if (before !== null) await addFound(one, JSON.parse(before) as Connected)
    }
  }

  const notConnected = (): readonly Found[] => found.filter((one) => !ids.includes(one.id))
  const findFound = (id: string) => notConnected().find((one) => one.id === id)

  function sandboxOf(id: string, caller: Caller) {
    if (findFound(id)) throw new BrokerError('unsupported', 'Only the sandbox has a worker to break')
    const facet = registry.find(id).as(caller).sandbox
    if (!facet) throw new BrokerError('unsupported', 'Only the sandbox has a worker to break')
    return facet
  }

  return {
    async open() {
      for (const { id, kind, label, environment, mode, options } of config.brokers) {
        await add({ id, kind, label, environment, mode, options: options.reveal() })
      }
      if (config.sandbox) {
        const options = drivers.sandbox.options.parse({})
        const label = 'Sandbox'
        await add({
          id: 'sandbox',
          kind: 'sandbox',
          label,
          environment: 'development',
          mode: 'read-write',
          options,
        })
      }
      if (!config.discover) return
      await addConnectedBefore()
      await look()
      const again = () => look().catch((error) => log.warn('discovery failed', { error: String(error) }))
      timer = setInterval(again, discoverEveryMs)
      timer.unref()
    },
    ids: () => [...ids, ...notConnected().map((one) => one.id)],
    find(id) {
      if (ids.includes(id)) {
        const { label, mode } = registry.find(id)
        return { label, mode }
      }
      const one = findFound(id)
      return one ? { label: one.label, mode: 'read-only' } : null
    },
    present(id, caller) {
      const one = findFound(id)
      if (one) return presentFound(one, foundAtMs)
      const broker = sampler.view(id)?.broker(caller)
      return broker ? { ...broker, discovered: connectedIds.has(id) } : null
    },
    view(id) {
      const view = sampler.view(id)
      if (view) return view
      const one = findFound(id)
      if (one) throw new BrokerError('unreachable', `${one.label} is found on ${one.address}, not connected`)
      throw new AppError('not_found', `There is no broker ${id}`)
    },
    async connect(id, { environment, mode }, caller, call) {
      const one = findFound(id)
      if (!one) {
        if (ids.includes(id))
          throw new AppError('conflict', `${registry.find(id).label} is already connected`)
        throw new AppError('not_found', `There is no broker ${id}`)
      }
      await storage.settings.set(settingOf(id), JSON.stringify({ environment, mode }))
      await addFound(one, { environment, mode })
      await sampler.freshen(id, call)
      const view = sampler.view(id)
      if (!view) throw new AppError('internal', `${id} was connected and is not there`)
      return { ...view.broker(caller), discovered: true }
    },
    sandboxState: (id, caller) => presentSandbox(sandboxOf(id, caller).state()),
    playSandbox(id, action, caller) {
      const facet = sandboxOf(id, caller)
      if (action === 'break') facet.breakWorker()
      else facet.healWorker()
      sampler.touch(id)
      return presentSandbox(facet.state())
    },
    stop: () => clearInterval(timer),
  }
}

function presentSandbox({ workerBroken, deadLetters }: ReturnType<SandboxFacet['state']>): SandboxState {
  return { workerBroken, deadLetterQueue: deadLetters && encodeRef(deadLetters) }
}

const settingOf = (id: string) => `connected:${id}`

function presentFound(one: Found, foundAtMs: number): Broker {
  return {
    id: one.id,
    kind: one.kind,
    product: driverOf(one.kind).label,
    label: one.label,
    environment: 'unknown',
    mode: 'read-only',
    state: 'found',
    reason: `found on ${one.address}, not connected`,
    since: new Date(foundAtMs).toISOString(),
    version: null,
    identity: null,
    abilities: {},
    readings: {},
    discovered: true,
    address: one.address,
    health: [],
    sampledAt: null,
    links: { self: `/api/v1/brokers/${one.id}` },
  }
}
