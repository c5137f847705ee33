import type { Broker, BrokerKind } from '../../lib/schemas/broker.ts'
import type { BrokerSettings as Shown } from '../../lib/schemas/broker-form.ts'
import { publicValues } from '../brokers/contract/index.ts'
import { type BrokerSettings, driverOf, findDriver } from '../brokers/registry.ts'
import type { AddedBrokerRow } from '../storage/contract/index.ts'
import { writeYaml } from './broker-yaml.ts'
import type { Found } from './discover.ts'

/** A broker of the house. `settings` is null for one whose stored options cannot be read: then `row` and `trouble` say of it what is known. */
export interface Entry {
  readonly id: string
  readonly source: Shown['source']
  readonly settings: BrokerSettings | null
  /** Its options as a person would write them; of use only for what may be changed here. */
  readonly written?: Readonly<Record<string, unknown>> | undefined
  readonly row?: AddedBrokerRow | undefined
  readonly trouble?: string | undefined
}

const locks: Readonly<Record<Entry['source'], string | null>> = {
  file: 'It comes from signalbox.yaml: change it there and start Signalbox again',
  'built-in': 'The sandbox is built in: sandbox: false in signalbox.yaml turns it off',
  found: null,
  form: null,
}

/** Its settings without secrets. `isWaiting`: found and not connected yet; only where it is, is worth showing. */
export function presentSettings({ id, source, settings, row }: Entry, isWaiting = false): Shown {
  if (!settings) return presentUnreadable(id, row)
  const { kind, label, environment, mode, options } = settings
  const base = { id, kind, label, environment, mode, source }
  const { form } = driverOf(kind)
  const known = form?.toValues(options) ?? {}
  const { values, secrets } = publicValues(form?.fields ?? [], known)
  if (!isWaiting) return { ...base, locked: locks[source], values, secrets, yaml: writeYaml(settings) }
  const targets = new Set(form?.fields.filter(({ target }) => target).map(({ name }) => name))
  const places = Object.fromEntries(Object.entries(values).filter(([name]) => targets.has(name)))
  return { ...base, locked: 'It is not connected yet', values: places, secrets: [], yaml: null }
}

function presentUnreadable(id: string, row: AddedBrokerRow | undefined): Shown {
  return {
    id,
    kind: row?.kind ?? 'unknown',
    label: row?.label ?? id,
    environment: row?.environment ?? 'unknown',
    mode: row?.mode ?? 'read-only',
    source: 'form',
    locked: null,
    values: {},
    secrets: [],
    yaml: null,
  }
}

interface Quiet {
  readonly id: string
  readonly kind: BrokerKind
  readonly label: string
  readonly sinceMs: number
}

/** A broker nobody reads. */
function presentQuiet({ id, kind, label, sinceMs }: Quiet): Broker {
  return {
    id,
    kind,
    product: findDriver(kind)?.label ?? kind,
    label,
    environment: 'unknown',
    mode: 'read-only',
    state: 'down',
    since: new Date(sinceMs).toISOString(),
    version: null,
    identity: null,
    abilities: {},
    readings: {},
    discovered: false,
    address: 'unknown',
    health: [],
    sampledAt: null,
    links: { self: `/api/v1/brokers/${id}` },
  }
}

export function presentFound(one: Found, foundAtMs: number): Broker {
  return {
    ...presentQuiet({ ...one, sinceMs: foundAtMs }),
    state: 'found',
    reason: `found on ${one.address}, not connected`,
    discovered: true,
    address: one.address,
  }
}

/** Added by form, and its settings cannot be read: it is told as down, with the way out. */
export function presentBroken({ id, row, trouble }: Entry): Broker {
  return {
    ...presentQuiet({ id, kind: row?.kind ?? 'unknown', label: row?.label ?? id, sinceMs: row?.changedAtMs ?? 0 }),
    environment: row?.environment ?? 'unknown',
    mode: row?.mode ?? 'read-only',
    reason: `Its stored settings cannot be read (${trouble ?? 'unknown'}): give them again under Settings`,
  }
}
