import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type BrokerInstance,
  type BrokerKind,
  brokerKinds,
  brokersFolderVariable,
  brokersRoot,
  listInstances,
  removeBroker,
  startBroker,
} from '../brokers/index.ts'
import { findByEnvironment, readBootId, signalOwned, waitGone } from '../brokers/processes.ts'

const runVariable = 'SIGNALBOX_TEST_RUN'
const folderPrefix = 'test-'
const recordName = 'run.json'

/** One test run's own folder; every server and process that is started under it belongs to it. */
export interface TestRun {
  folder: string
  token: string
  bootId: string
}

/** Makes the folder of a new run. */
export function createRun(root: string = brokersRoot): TestRun {
  const token = randomBytes(12).toString('hex')
  const folder = join(root, `${folderPrefix}${token.slice(0, 8)}`)
  const run = { folder, token, bootId: readBootId() }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, recordName), JSON.stringify(run))
  return run
}

/** Variables by which steps find the servers, and by which we find what the steps started. */
export function describeRun(run: TestRun): Record<string, string> {
  return {
    SIGNALBOX_TEST_BROKERS: join(run.folder, 'brokers.json'),
    [brokersFolderVariable]: run.folder,
    [runVariable]: run.token,
  }
}

/** Starts one fresh server of every kind, at the same time, and writes where they are. */
export async function startTestBrokers(run: TestRun, signal: AbortSignal): Promise<BrokerInstance[]> {
  const starts = brokerKinds.map((kind) =>
    startBroker(kind, { name: 'test', dir: join(run.folder, kind), signal }),
  )
  const settled = await Promise.allSettled(starts)
  const failures = settled.filter((result) => result.status === 'rejected')
  if (failures.length > 0) throw new Error(failures.map((failure) => String(failure.reason)).join('\n'))
  const instances = await Promise.all(starts)
  const byKind = Object.fromEntries(instances.map((instance) => [instance.kind, instance]))
  writeFileSync(join(run.folder, 'brokers.json'), JSON.stringify(byKind, null, 2), { mode: 0o600 })
  return instances
}

/** The servers' own words about their versions. */
export function describeVersions(instances: readonly BrokerInstance[]): string {
  const titles: Record<BrokerKind, string> = {
    rabbitmq: 'RabbitMQ',
    kafka: 'Kafka',
    redis: 'Redis',
    'redis-cluster': 'Redis cluster of three',
  }
  return instances.map((instance) => `${titles[instance.kind]} ${instance.version}`).join(', ')
}

/** Ends everything the run started, deletes its folder, and names the processes its steps left behind. */
export async function endRun(run: TestRun): Promise<string[]> {
  await Promise.all(listInstances(run.folder, 1).map(removeBroker))
  const left = run.bootId === readBootId() ? findByEnvironment(runVariable, run.token) : []
  for (const owned of left) signalOwned(owned, 'SIGTERM')
  if (!(await waitGone(left, 3_000))) for (const owned of left) signalOwned(owned, 'SIGKILL')
  await waitGone(left, 5_000)
  rmSync(run.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  return left.map((owned) => `${owned.role} (${owned.pid})`)
}

/** Ends what earlier runs left that were killed. Call only while holding the test lock. */
export async function endStaleRuns(root: string = brokersRoot): Promise<number> {
  if (!existsSync(root)) return 0
  const folders = readdirSync(root).filter((name) => name.startsWith(folderPrefix) && !name.endsWith('.lock'))
  for (const name of folders) {
    const folder = join(root, name)
    await endRun(readRun(folder) ?? { folder, token: '', bootId: '' })
  }
  return folders.length
}

function readRun(folder: string): TestRun | null {
  try {
    return { ...(JSON.parse(readFileSync(join(folder, recordName), 'utf8')) as TestRun), folder }
  } catch {
    return null
  }
}
