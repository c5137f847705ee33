import { AppError } from '../../lib/domain/app-error.ts'
import type { Broker } from '../../lib/schemas/broker.ts'
import { BrokerError, type Caller, encodeRef, type SandboxFacet } from '../brokers/contract/index.ts'
import { driverOf, drivers, type Registry } from '../brokers/registry.ts'
import type { Config } from '../config/contract.ts'
import type { Log } from '../log/contract.ts'
import type { BrokerView, Sampler } from '../sampler/index.ts'
import type { Storage } from '../storage/contract/index.ts'
import type { AddedBrokers } from './added-brokers.ts'
import { createBrokerBook } from './broker-book.ts'
import { presentBroken, presentFound } from './broker-entries.ts'
import { readConnected, rememberConnected } from './connected-before.ts'
import type { Brokers, SandboxState } from './contract.ts'
import { standardBrokers } from './discover.ts'
import { createManagement, type ManageDeps } from './manage-brokers.ts'

const discoverEveryMs = 60_000

export interface BrokersDeps extends Pick<ManageDeps, 'onChange'> {
  readonly config: Config
  readonly registry: Registry
  readonly sampler: Sampler
  readonly storage: Storage
  readonly added: AddedBrokers
  readonly log: Log
  readonly now: () => number
}

/** Every broker there is: configured, the sandbox, added by form, found and not connected. */
export interface BrokerHouse extends Brokers {
  /** Opens what the configuration names, what a person added, and found ones a person connected before. */
  open(): Promise<void>
  /** In the order they came to be known, found ones last. */
  ids(): readonly string[]
  present(id: string, caller: Caller): Broker | null
  /** Throws `not_found`, and `broker_unreachable` for one that is found and not connected, or cannot be opened. */
  view(id: string): BrokerView
  stop(): void
}

export function createBrokerHouse(deps: BrokersDeps): BrokerHouse {
  const { config, registry, sampler, storage, added, log, now } = deps
  const book = createBrokerBook(registry, sampler, now)
  const { entries, findFound } = book
  let timer: NodeJS.Timeout | undefined

  async function addConfigured(): Promise<void> {
    for (const { id, kind, label, environment, mode, options } of config.brokers) {
      const settings = { id, kind, label, environment, mode, options: options.reveal() }
      await book.add({ id, source: 'file', settings })
    }
    if (!config.sandbox) return
    const base = { id: 'sandbox', kind: 'sandbox', label: 'Sandbox' } as const
    const options = drivers.sandbox.options.parse({})
    const settings = { ...base, environment: 'development', mode: 'read-write', options } as const
    await book.add({ id: 'sandbox', source: 'built-in', settings })
  }

  /** Also one that is down now: a person connected it, and wants to hear that it is down. */
  async function addConnectedBefore(): Promise<void> {
    for (const one of standardBrokers) {
      const before = await readConnected(storage, one.id)
      if (before !== null) await book.addFound(one, before)
    }
  }

  async function addStored(): Promise<void> {
    for (const one of await added.list()) {
      const { id } = one.row
      if (entries.has(id)) log.warn('a broker added by form is hidden by one of the same id', { broker: id })
      else if (one.settings)
        await book.add({ id, source: 'form', settings: one.settings, written: one.written })
      else {
        log.warn('a broker added by form cannot be opened', { broker: id, reason: one.trouble })
        await book.add({ id, source: 'form', settings: null, row: one.row, trouble: one.trouble })
      }
    }
  }

  function present(id: string, caller: Caller): Broker | null {
    const entry = entries.get(id)
    if (!entry) {
      const one = findFound(id)
      return one ? presentFound(one, book.foundAtMs) : null
    }
    if (!entry.settings) return presentBroken(entry)
    const broker = sampler.view(id)?.broker(caller)
    return broker ? { ...broker, discovered: entry.source === 'found' } : null
  }

  function sandboxOf(id: string, caller: Caller) {
    const facet = entries.get(id)?.settings ? registry.find(id).as(caller).sandbox : undefined
    if (!facet) throw new BrokerError('unsupported', 'Only the sandbox has a worker to break')
    return facet
  }

  const { show, ...management } = createManagement({ ...deps, book, present })
  return {
    ...management,
    present,
    async open() {
      await addConfigured()
      if (config.discover) await addConnectedBefore()
      await addStored()
      if (!config.discover) return
      await book.look()
      const again = () => book.look().catch((error) => log.warn('discovery failed', { error: String(error) }))
      timer = setInterval(again, discoverEveryMs)
      timer.unref()
    },
    ids: () => [...entries.keys(), ...book.notConnected().map((one) => one.id)],
    find(id) {
      const entry = entries.get(id)
      const known = entry?.settings ?? entry?.row
      if (known) return { label: known.label, mode: known.mode }
      const one = findFound(id)
      return one ? { label: one.label, mode: 'read-only' } : null
    },
    view(id) {
      const view = sampler.view(id)
      if (view) return view
      const entry = entries.get(id)
      if (entry && !entry.settings) throw new BrokerError('unreachable', presentBroken(entry).reason ?? '')
      const one = findFound(id)
      if (one) throw new BrokerError('unreachable', `${one.label} is found on ${one.address}, not connected`)
      throw new AppError('not_found', `There is no broker ${id}`)
    },
    async connect(id, as, caller, call) {
      await book.inTurn(async () => {
        const one = findFound(id)
        if (!one) {
          const known = entries.get(id)?.settings
          if (known) throw new AppError('conflict', `${known.label} is already connected`)
          throw new AppError('not_found', `There is no broker ${id}`)
        }
        await rememberConnected(storage, id, as)
        await book.addFound(one, as)
      })
      await sampler.freshen(id, call)
      return show(id, caller, call)
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
