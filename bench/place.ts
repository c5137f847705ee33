import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  type BrokerInstance,
  type BrokerKind,
  brokersFolderVariable,
  brokersRoot,
  listInstances,
  removeBroker,
  startBroker,
} from '../scripts/brokers/index.ts'

const prefix = 'bench-'

/** What a run owns: a folder, servers started in it, and what else must end with it. */
export class Place {
  readonly folder: string
  readonly signal: AbortSignal
  readonly #ends: (() => Promise<void>)[] = []

  private constructor(folder: string, signal: AbortSignal) {
    this.folder = folder
    this.signal = signal
  }

  /** Also ends what an earlier run left that was killed. */
  static async open(signal: AbortSignal): Promise<Place> {
    const root = process.env[brokersFolderVariable] ?? brokersRoot
    mkdirSync(root, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(root)) if (name.startsWith(prefix)) await removeFolder(join(root, name))
    return new Place(mkdtempSync(join(root, prefix)), signal)
  }

  /** A fresh server of its own for this run. */
  startBroker(kind: BrokerKind): Promise<BrokerInstance> {
    return startBroker(kind, { name: 'bench', dir: join(this.folder, kind), signal: this.signal })
  }

  /** Before the end: a server that is done must not take part in what is measured next. */
  removeBroker(instance: BrokerInstance): Promise<void> {
    return removeBroker(instance)
  }

  onEnd(work: () => Promise<void>): void {
    this.#ends.push(work)
  }

  /** Ends everything, the latest first; what fails to end does not keep the rest. */
  async close(): Promise<void> {
    for (const end of this.#ends.reverse())
      await end().catch((error: unknown) => console.error(String(error)))
    await removeFolder(this.folder)
  }
}

async function removeFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  await Promise.all(listInstances(folder, 1).map(removeBroker))
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
