import { AppError } from '../../lib/domain/app-error.ts'
import type { Broker, BrokerKind, Environment, Mode } from '../../lib/schemas/broker.ts'
import { type Call, type Caller, shorten } from '../brokers/contract/index.ts'
import { type BrokerSettings, driverOf } from '../brokers/registry.ts'
import type { Sampler } from '../sampler/index.ts'
import type { Storage } from '../storage/contract/index.ts'
import type { AddedBrokers } from './added-brokers.ts'
import type { BrokerBook } from './broker-book.ts'
import { type Entry, presentSettings } from './broker-entries.ts'
import { fillIn, listKinds, valuesOf } from './broker-forms.ts'
import { testOptions } from './broker-test.ts'
import { writeYaml } from './broker-yaml.ts'
import { refuseWhileReplaying } from './busy-brokers.ts'
import { forgetConnected } from './connected-before.ts'
import type { Brokers } from './contract.ts'
import { standardBrokers } from './discover.ts'

/** A new broker is answered with its first values where they come this soon; it is live either way. */
const firstLookMs = 3_000

export interface ManageDeps {
  readonly book: BrokerBook
  readonly added: AddedBrokers
  readonly storage: Storage
  readonly sampler: Sampler
  readonly now: () => number
  readonly present: (id: string, caller: Caller) => Broker | null
  /** A broker came, changed or went: what was known of its messages counts no more. */
  readonly onChange: (id: string, isGone: boolean) => void
}

export type ManageBrokers = Pick<
  Brokers,
  'kinds' | 'test' | 'writeYaml' | 'create' | 'change' | 'remove' | 'settings'
> & {
  /** The broker as it is soon after a change. */
  show(id: string, caller: Caller, call: Call): Promise<Broker>
}

/** Adding, changing and removing by form. Stored first, then live: what is live is there again after a restart. */
export function createManagement(deps: ManageDeps): ManageBrokers {
  const { book, added, storage, sampler, now, present, onChange } = deps

  async function show(id: string, caller: Caller, call: Call): Promise<Broker> {
    await sampler.freshen(id, shorten(call, firstLookMs)).catch(() => undefined)
    const broker = present(id, caller)
    if (!broker) throw new AppError('not_found', `${id} went away again`)
    return broker
  }

  async function put(
    settings: BrokerSettings,
    written: Readonly<Record<string, unknown>>,
    by: string,
  ): Promise<void> {
    await added.save(settings, written, by)
    await book.add({ id: settings.id, source: 'form', settings, written })
  }

  return {
    show,
    kinds: listKinds,
    async test({ kind, values, id }, call) {
      const entry = id === undefined ? undefined : book.entryOf(id)
      const { options } = fillIn(kind, values, entry?.settings?.kind === kind ? storedValues(entry) : null)
      return testOptions(kind, options, call, now)
    },
    writeYaml({ id, kind, label = id, environment, mode = defaultMode(environment), values }) {
      const { options } = fillIn(kind, values, null)
      return { yaml: writeYaml({ id, kind, label, environment, mode, options }) ?? '' }
    },
    async create(
      { id, kind, label = id, environment, mode = defaultMode(environment), values },
      caller,
      call,
    ) {
      await book.inTurn(async () => {
        if (book.entries.has(id) || standardBrokers.some((one) => one.id === id)) {
          const detail = { reason: 'taken', field: 'id' }
          throw new AppError('conflict', `The id ${id} is taken`, { detail })
        }
        const { written, options } = fillIn(kind, values, null)
        await put({ id, kind, label, environment, mode, options }, written, caller.actor)
      })
      onChange(id, false)
      return show(id, caller, call)
    },
    async change(id, { label, environment, mode, values }, caller, call) {
      await book.inTurn(async () => {
        const entry = book.entryOf(id)
        refuseLocked(entry)
        const kind = kindOf(entry)
        const before = entry.settings ?? entry.row
        if (!before || !kind)
          throw new AppError('conflict', `${id} cannot be changed: remove it and add it again`)
        if (!entry.settings && !values)
          throw new AppError('bad_request', 'body.values: its settings must all be given again')
        await refuseWhileReplaying(storage, id, ['planning', 'running', 'cancelling'])
        const filled = values
          ? fillIn(kind, values, storedValues(entry))
          : { written: entry.written ?? {}, options: entry.settings?.options }
        const settings = {
          id,
          kind,
          label: label ?? before.label,
          environment: environment ?? before.environment,
          mode: mode ?? before.mode,
          options: filled.options,
        }
        await put(settings, filled.written, caller.actor)
        if (entry.source === 'found') await forgetConnected(storage, id)
      })
      onChange(id, false)
      return show(id, caller, call)
    },
    remove: (id, confirm) =>
      book.inTurn(async () => {
        const entry = book.entryOf(id)
        refuseLocked(entry)
        const label = (entry.settings ?? entry.row)?.label ?? id
        if (confirm !== label)
          throw new AppError('bad_request', `body.confirm: expected the broker's label, ${label}`)
        await refuseWhileReplaying(storage, id, ['planning', 'running', 'paused', 'cancelling'])
        await added.remove(id)
        if (entry.source === 'found') await forgetConnected(storage, id)
        await book.drop(id)
        onChange(id, true)
        return { ok: true }
      }),
    settings(id) {
      const entry = book.entries.get(id)
      if (entry) return presentSettings(entry)
      const one = book.findFound(id)
      if (!one) throw new AppError('not_found', `There is no broker ${id}`)
      const { kind, label } = one
      const options = driverOf(kind).options.parse(one.options)
      const settings = { id, kind, label, environment: 'unknown', mode: 'read-only', options } as const
      return presentSettings({ id, source: 'found', settings }, true)
    },
  }
}

function defaultMode(environment: Environment): Mode {
  return environment === 'production' ? 'read-only' : 'read-write'
}

/** What stands in for secrets left blank. */
function storedValues({ settings }: Entry) {
  return settings ? valuesOf(settings.kind, settings.options) : null
}

function kindOf({ settings, row }: Entry): BrokerKind | undefined {
  return settings?.kind ?? listKinds().find(({ kind }) => kind === row?.kind)?.kind
}

const reasons: Readonly<Record<Entry['source'], string>> = {
  file: 'from signalbox.yaml',
  'built-in': 'built in',
  found: 'found',
  form: 'added by form',
}

function refuseLocked(entry: Entry): void {
  const { locked } = presentSettings(entry)
  if (locked !== null) throw new AppError('conflict', locked, { detail: { reason: reasons[entry.source] } })
}
