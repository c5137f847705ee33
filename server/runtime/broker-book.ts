import { AppError } from '../../lib/domain/app-error.ts'
import type { Broker } from '../../lib/schemas/broker.ts'
import { driverOf, type Registry } from '../brokers/registry.ts'
import type { Sampler } from '../sampler/index.ts'
import type { Entry } from './broker-entries.ts'
import { discoverBrokers, type Found, isListedAt } from './discover.ts'

/** Who is in the house, and who was found at its door. */
export interface BrokerBook {
  readonly entries: ReadonlyMap<string, Entry>
  readonly foundAtMs: number
  /** Found, and neither connected nor listed under another id. */
  notConnected(): readonly Found[]
  findFound(id: string): Found | undefined
  /** Throws `not_found`, and `conflict` for one that is only found. */
  entryOf(id: string): Entry
  /** Looks at the standard ports of this machine. */
  look(): Promise<void>
  /** Read from now on; one of the same id is replaced. */
  add(entry: Entry): Promise<void>
  /** A found broker under the options of its defaults; it holds no secret of this installation. */
  addFound(one: Found, as: Pick<Broker, 'environment' | 'mode'>): Promise<void>
  drop(id: string): Promise<void>
  /** One change at a time: two of one id must not both find it free. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
}

export function createBrokerBook(registry: Registry, sampler: Sampler, now: () => number): BrokerBook {
  const entries = new Map<string, Entry>()
  let found: readonly Found[] = []
  let foundAtMs = now()
  let turn: Promise<unknown> = Promise.resolve()

  const book: BrokerBook = {
    entries,
    get foundAtMs() {
      return foundAtMs
    },
    notConnected() {
      const addresses = [...entries.values()].flatMap(({ settings }) =>
        settings ? [driverOf(settings.kind).addressOf(settings.options)] : [],
      )
      return found.filter((one) => !entries.has(one.id) && !isListedAt(one, addresses))
    },
    findFound: (id) => book.notConnected().find((one) => one.id === id),
    entryOf(id) {
      const entry = entries.get(id)
      if (entry) return entry
      const one = book.findFound(id)
      if (one) throw new AppError('conflict', `${one.label} is found and not connected: add it first`)
      throw new AppError('not_found', `There is no broker ${id}`)
    },
    async look() {
      found = await discoverBrokers()
      foundAtMs = now()
    },
    async add(entry) {
      if (entry.settings) sampler.add(await registry.add(entry.settings))
      entries.set(entry.id, entry)
    },
    async addFound({ id, kind, label, options: written }, { environment, mode }) {
      const options = driverOf(kind).options.parse(written)
      await book.add({
        id,
        source: 'found',
        settings: { id, kind, label, environment, mode, options },
        written,
      })
    },
    async drop(id) {
      entries.delete(id)
      sampler.remove(id)
      await registry.remove(id)
    },
    inTurn(work) {
      const mine = turn.then(work)
      turn = mine.catch(() => undefined)
      return mine
    },
  }
  return book
}
