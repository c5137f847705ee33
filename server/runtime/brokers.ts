import { AppError } from '../../lib/domain/app-error.ts'
import type { Broker, Environment, Mode } from '../../lib/schemas/broker.ts'
import {
  BrokerError,
  type Call,
  type Caller,
  encodeRef,
  type SandboxFacet,
  shorten,
} from '../brokers/contract/index.ts'
import { drivers, type Registry } from '../brokers/registry.ts'
import type { Config } from '../config/contract.ts'
import type { Log } from '../log/contract.ts'
import type { BrokerView, Sampler } from '../sampler/index.ts'
import type { Storage } from '../storage/contract/index.ts'
import type { AddedBrokers } from './added-brokers.ts'
import { type Entry, presentBroken, presentFound, presentSettings } from './broker-entries.ts'
import { fillIn, listKinds, valuesOf } from './broker-forms.ts'
import { testOptions } from './broker-test.ts'
import { writeYaml } from './broker-yaml.ts'
import { refuseWhileReplaying } from './busy-brokers.ts'
import type { Brokers, SandboxState } from './contract.ts'
import { discoverBrokers, type Found, isListedAt, standardBrokers } from './discover.ts'

const discoverEveryMs = 60_000
/** A new broker is answered with its first values where they come this soon; it is live either way. */
const firstLookMs = 3_000

export interface BrokersDeps {
  readonly config: Config
  readonly registry: Registry
  readonly sampler: Sampler
  readonly storage: Storage
  readonly added: AddedBrokers
  readonly log: Log
  readonly now: () => number
  /** A broker came, changed or went: what was known of its messages counts no more. */
  readonly onChange: (id: string, isGone: boolean) => void
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
  const { config, registry, sampler, storage, added, log, now, onChange } = deps
  const entries = new Map<string, Entry>()
  let found: readonly Found[] = []
  let foundAtMs = now()
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<unknown> = Promise.resolve()

  /** One change of the house at a time: two of one id must not both find it free. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  async function add(entry: Entry): Promise<void> {
    if (entry.settings) sampler.add(await registry.add(entry.settings))
    entries.set(entry.id, entry)
  }

  /** A found broker under the options of its defaults; it holds no secret of this installation. */
  async function addFound(one: Found, as: Pick<Broker, 'environment' | 'mode'>): Promise<void> {
    const options = drivers[one.kind].options.parse(one.options)
    const { id, kind, label } = one
    const settings = { id, kind, label, environment: as.environment, mode: as.mode, options }
    await add({ id, source: 'found', settings, written: one.options })
  }

  async function look(): Promise<void> {
    found = await discoverBrokers()
    foundAtMs = now()
  }

  /** Also one that is down now: a person connected it, and wants to hear that it is down. */
  async function addConnectedBefore(): Promise<void> {
    for (const one of standardBrokers) {
      const before = await storage.settings.get(settingOf(one.id))
      if (before !== null) await addFound(one, JSON.parse(before) as Pick<Broker, 'environment' | 'mode'>)
    }
  }

  async function addStored(): Promise<void> {
    for (const one of await added.list()) {
      const { id } = one.row
      if (entries.has(id)) log.warn('a broker added by form is hidden by one of the same id', { broker: id })
      else if (one.settings) await add({ id, source: 'form', settings: one.settings, written: one.written })
      else {
        log.warn('a broker added by form cannot be opened', { broker: id, reason: one.trouble })
        await add({ id, source: 'form', settings: null, row: one.row, trouble: one.trouble })
      }
    }
  }

  const notConnected = (): readonly Found[] => {
    const addresses = [...entries.values()].flatMap(({ settings }) =>
      settings ? [drivers[settings.kind].addressOf(settings.options)] : [],
    )
    return found.filter((one) => !entries.has(one.id) && !isListedAt(one, addresses))
  }
  const findFound = (id: string) => notConnected().find((one) => one.id === id)

  function entryOf(id: string): Entry {
    const entry = entries.get(id)
    if (entry) return entry
    const one = findFound(id)
    if (one) throw new AppError('conflict', `${one.label} is found and not connected: add it first`)
    throw new AppError('not_found', `There is no broker ${id}`)
  }

  async function show(id: string, caller: Caller, call: Call): Promise<Broker> {
    await sampler.freshen(id, shorten(call, firstLookMs)).catch(() => undefined)
    const broker = house.present(id, caller)
    if (!broker) throw new AppError('internal', `${id} was added and is not there`)
    return broker
  }

  function sandboxOf(id: string, caller: Caller) {
    const facet = entries.get(id)?.settings ? registry.find(id).as(caller).sandbox : undefined
    if (!facet) throw new BrokerError('unsupported', 'Only the sandbox has a worker to break')
    return facet
  }

  /** What stands in for secrets left blank. */
  const storedValues = (entry: Entry | undefined) =>
    entry?.settings ? valuesOf(entry.settings.kind, entry.settings.options) : null

  const house: BrokerHouse = {
    async open() {
      for (const { id, kind, label, environment, mode, options } of config.brokers) {
        const settings = { id, kind, label, environment, mode, options: options.reveal() }
        await add({ id, source: 'file', settings, written: {} })
      }
      if (config.sandbox) {
        const base = { id: 'sandbox', kind: 'sandbox', label: 'Sandbox' } as const
        const options = drivers.sandbox.options.parse({})
        const settings = { ...base, environment: 'development', mode: 'read-write', options } as const
        await add({ id: 'sandbox', source: 'built-in', settings, written: {} })
      }
      if (config.discover) await addConnectedBefore()
      await addStored()
      if (!config.discover) return
      await look()
      const again = () => look().catch((error) => log.warn('discovery failed', { error: String(error) }))
      timer = setInterval(again, discoverEveryMs)
      timer.unref()
    },
    ids: () => [...entries.keys(), ...notConnected().map((one) => one.id)],
    find(id) {
      const { settings, row } = entries.get(id) ?? { settings: null, row: undefined }
      const known = settings ?? row
      if (known) return { label: known.label, mode: known.mode }
      const one = findFound(id)
      return one ? { label: one.label, mode: 'read-only' } : null
    },
    present(id, caller) {
      const entry = entries.get(id)
      if (!entry) {
        const one = findFound(id)
        return one ? presentFound(one, foundAtMs) : null
      }
      if (!entry.settings) return presentBroken(entry)
      const broker = sampler.view(id)?.broker(caller)
      return broker ? { ...broker, discovered: entry.source === 'found' } : null
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
      await inTurn(async () => {
        const one = findFound(id)
        if (!one) {
          if (entries.has(id)) throw new AppError('conflict', `${house.find(id)?.label} is already connected`)
          throw new AppError('not_found', `There is no broker ${id}`)
        }
        await storage.settings.set(settingOf(id), JSON.stringify(as))
        await addFound(one, as)
      })
      await sampler.freshen(id, call)
      return show(id, caller, call)
    },
    kinds: listKinds,
    async test({ kind, values, id }, call) {
      if (id !== undefined && house.find(id) === null)
        throw new AppError('not_found', `There is no broker ${id}`)
      const entry = id === undefined ? undefined : entries.get(id)
      const isSame = entry?.settings?.kind === kind
      const { options } = fillIn(kind, values, isSame ? storedValues(entry) : null)
      return testOptions(kind, options, call, now)
    },
    writeYaml({ id, kind, label = id, environment, mode = defaultMode(environment), values }) {
      const yaml = writeYaml({
        id,
        kind,
        label,
        environment,
        mode,
        options: fillIn(kind, values, null).options,
      })
      return { yaml: yaml ?? '' }
    },
    async create(
      { id, kind, label = id, environment, mode = defaultMode(environment), values },
      caller,
      call,
    ) {
      await inTurn(async () => {
        const isTaken = house.find(id) !== null || standardBrokers.some((one) => one.id === id)
        if (isTaken)
          throw new AppError('conflict', `The id ${id} is taken`, {
            detail: { reason: 'taken', field: 'id' },
          })
        const { written, options } = fillIn(kind, values, null)
        const settings = { id, kind, label, environment, mode, options }
        await added.save(settings, written, caller.actor)
        await add({ id, source: 'form', settings, written })
      })
      onChange(id, false)
      return show(id, caller, call)
    },
    async change(id, { label, environment, mode, values }, caller, call) {
      await inTurn(async () => {
        const entry = entryOf(id)
        refuseLocked(entry)
        const before = entry.settings ?? entry.row
        const kind = entry.settings?.kind ?? listKinds().find((one) => one.kind === entry.row?.kind)?.kind
        if (!before || !kind)
          throw new AppError('conflict', `${id} cannot be changed: remove it and add it again`)
        if (!entry.settings && !values)
          throw new AppError('bad_request', 'body.values: its settings must all be given again')
        await refuseWhileReplaying(storage, id, ['planning', 'running', 'cancelling'])
        const filled = values ? fillIn(kind, values, storedValues(entry)) : null
        const written = filled?.written ?? entry.written ?? {}
        const settings = {
          id,
          kind,
          label: label ?? before.label,
          environment: environment ?? before.environment,
          mode: mode ?? before.mode,
          options: filled ? filled.options : entry.settings?.options,
        }
        await added.save(settings, written, caller.actor)
        if (entry.source === 'found') await storage.settings.remove(settingOf(id))
        await add({ id, source: 'form', settings, written })
      })
      onChange(id, false)
      return show(id, caller, call)
    },
    remove: (id, confirm) =>
      inTurn(async () => {
        const entry = entryOf(id)
        refuseLocked(entry)
        const label = house.find(id)?.label ?? id
        if (confirm !== label)
          throw new AppError('bad_request', `body.confirm: expected the broker's label, ${label}`)
        await refuseWhileReplaying(storage, id, ['planning', 'running', 'paused', 'cancelling'])
        await added.remove(id)
        if (entry.source === 'found') await storage.settings.remove(settingOf(id))
        entries.delete(id)
        sampler.remove(id)
        await registry.remove(id)
        onChange(id, true)
        return { ok: true }
      }),
    settings(id) {
      const entry = entries.get(id)
      if (entry) return presentSettings(entry)
      const one = findFound(id)
      if (!one) throw new AppError('not_found', `There is no broker ${id}`)
      const options = drivers[one.kind].options.parse(one.options)
      const { kind, label } = one
      const settings = { id, kind, label, environment: 'unknown', mode: 'read-only', options } as const
      return presentSettings({ id, source: 'found', settings, written: one.options }, true)
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
  return house
}

function defaultMode(environment: Environment): Mode {
  return environment === 'production' ? 'read-only' : 'read-write'
}

function refuseLocked(entry: Entry): void {
  const { locked } = presentSettings(entry)
  if (locked !== null) throw new AppError('conflict', locked, { detail: { reason: reasons[entry.source] } })
}

const reasons: Readonly<Record<Entry['source'], string>> = {
  file: 'from signalbox.yaml',
  'built-in': 'built in',
  found: 'found',
  form: 'added by form',
}

function presentSandbox({ workerBroken, deadLetters }: ReturnType<SandboxFacet['state']>): SandboxState {
  return { workerBroken, deadLetterQueue: deadLetters && encodeRef(deadLetters) }
}

const settingOf = (id: string) => `connected:${id}`
