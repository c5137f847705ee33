import type { z } from 'zod'
import type { BrokerKind, Environment, Mode } from '../../lib/schemas/broker.ts'
import {
  type BrokerConnection,
  BrokerError,
  type BrokerForm,
  type Call,
  type Diagnosis,
  type Driver,
  type DriverDeps,
  type GuardedBroker,
} from './contract/index.ts'
import { guardBroker } from './guard.ts'
import { kafka } from './kafka/index.ts'
import { rabbitmq } from './rabbitmq/index.ts'
import { redis } from './redis/index.ts'
import { sandbox } from './sandbox/index.ts'

/** A driver whose options were checked by its own schema before: only then does it see them. */
interface AnyDriver {
  readonly kind: BrokerKind
  readonly label: string
  readonly options: z.ZodType
  connect(options: unknown, deps: DriverDeps): Promise<BrokerConnection>
  addressOf(options: unknown): string
  support: Driver<unknown>['support']
  readonly standard: Driver<unknown>['standard']
  readonly form: BrokerForm<unknown> | undefined
  readonly diagnose: ((options: unknown, deps: DriverDeps, call: Call) => Promise<Diagnosis>) | undefined
}

function erase<Options>(driver: Driver<Options>): AnyDriver {
  const { form, diagnose } = driver
  return {
    kind: driver.kind,
    label: driver.label,
    options: driver.options,
    connect: (options, deps) => driver.connect(options as Options, deps),
    addressOf: (options) => driver.addressOf(options as Options),
    support: () => driver.support(),
    standard: driver.standard,
    form: form && { ...form, toValues: (options) => form.toValues(options as Options) },
    diagnose: diagnose && ((options, deps, call) => diagnose(options as Options, deps, call)),
  }
}

/** Every kind there is. A new driver adds its folder, this line, and its page in docs/drivers. */
export const drivers = {
  rabbitmq: erase(rabbitmq),
  kafka: erase(kafka),
  redis: erase(redis),
  sandbox: erase(sandbox),
} as const satisfies Record<BrokerKind, AnyDriver>

/** The driver of a kind; null when there is none of that name. */
export function findDriver(kind: BrokerKind): AnyDriver | null {
  const known: Readonly<Record<BrokerKind, AnyDriver>> = drivers
  return (Object.hasOwn(known, kind) && known[kind]) || null
}

/** The driver of a kind that was checked before. */
export function driverOf(kind: BrokerKind): AnyDriver {
  const driver = findDriver(kind)
  if (!driver) throw new BrokerError('not_found', `There is no driver for ${kind}`)
  return driver
}

/** The schema of each kind's own options, for the configuration. */
export const optionsByKind: ReadonlyMap<BrokerKind, z.ZodType> = new Map(
  Object.values(drivers).map((driver) => [driver.kind, driver.options]),
)

export interface BrokerSettings {
  readonly id: string
  readonly kind: BrokerKind
  readonly label: string
  readonly environment: Environment
  readonly mode: Mode
  /** As the driver's schema returned them; may hold passwords. */
  readonly options: unknown
}

export interface Registry {
  /** Opens the connection and hands out its guarded form, the only one anybody gets. One of this id that is open already is replaced and closed. */
  add(settings: BrokerSettings): Promise<GuardedBroker>
  /** Forgets it and closes its connection, within 2 s; nothing when there is none. */
  remove(id: string): Promise<void>
  /** Throws `not_found`. */
  find(id: string): GuardedBroker
  list(): readonly GuardedBroker[]
  /** Closes every connection, within 2 s each. */
  close(): Promise<void>
}

/** Opens nothing by itself; `depsOf` gives each broker its notes and its log. */
export function createRegistry(depsOf: (brokerId: string) => DriverDeps): Registry {
  const open = new Map<string, { guarded: GuardedBroker; connection: BrokerConnection }>()
  return {
    async add(settings) {
      const driver = driverOf(settings.kind)
      const { id, kind, label, environment, mode, options } = settings
      const connection = await driver.connect(options, depsOf(id))
      const address = driver.addressOf(options)
      const guarded = guardBroker({ id, kind, label, environment, mode, address }, connection)
      const before = open.get(id)
      open.set(id, { guarded, connection })
      // Not waited for: the new one is there already.
      before?.connection.close().catch(() => undefined)
      return guarded
    },
    async remove(id) {
      const entry = open.get(id)
      open.delete(id)
      await entry?.connection.close().catch(() => undefined)
    },
    find(id) {
      const entry = open.get(id)
      if (!entry) throw new BrokerError('not_found', `There is no broker ${id}`)
      return entry.guarded
    },
    list: () => [...open.values()].map((entry) => entry.guarded),
    async close() {
      const closing = [...open.values()].map((entry) => entry.connection.close())
      open.clear()
      await Promise.allSettled(closing)
    },
  }
}
