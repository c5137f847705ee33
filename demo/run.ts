import type { BrokerInstance } from '../scripts/brokers/index.ts'
import { addressOf, purge, readBrokers, startBrokers, stopBrokers } from './brokers.ts'
import { company } from './company/index.ts'
import { ensureBuild, startConsole } from './console.ts'
import { applyChange, readChange } from './control/changes.ts'
import { Control } from './control/control.ts'
import { keysHelp, listenToKeys } from './control/keys.ts'
import { openControlServer } from './control/server.ts'
import { readStatus } from './control/status.ts'
import { openDesk } from './desk.ts'
import type { Options } from './options.ts'
import { MemoryLedger } from './patterns/idempotent.ts'
import { forgetRunning, writeRunning } from './place.ts'
import { Staff } from './staff.ts'
import { openRedis, RedisLedger } from './world/redis.ts'
import { boundOffsetsTopic, declareKafka } from './world/topology-kafka.ts'
import { declareRabbitmq } from './world/topology-rabbitmq.ts'
import { declareRedis } from './world/topology-redis.ts'

const defaultRate = 20

/** What is to be ended, the last begun first. */
type Undo = () => Promise<unknown> | unknown

/** From nothing to a company at work, and back when somebody says so: brokers, console, workers, page. */
export async function run(options: Options): Promise<void> {
  const undo: Undo[] = []
  const ending = waitForEnd()
  try {
    await begin(options, undo, ending)
    const { forMs } = options
    // Counted from here: how long brokers take to start is not the caller's affair.
    if (forMs !== null) setTimeout(() => ending.now({ purge: false }), forMs).unref()
    await ending.reached
  } finally {
    console.log('stop    finishing what is in hand')
    for (const end of undo.toReversed())
      await (async () => end())().catch((error: unknown) => console.error(String(error)))
    if (ending.purges) await purge()
    ending.forget()
  }
}

async function begin(options: Options, undo: Undo[], ending: Ending): Promise<void> {
  const isForeign = options.brokersFile !== null
  const built = options.hasConsole ? ensureBuild() : Promise.resolve('none')
  built.catch(() => undefined)
  // At the very end: until then this is the demo that runs.
  undo.push(forgetRunning)
  if (!isForeign && !options.keepBrokers) undo.push(stopBrokers)
  const brokers = await step('brokers', () => openBrokers(options), describe)
  const { staff, control } = await step(
    'company',
    () => openCompany(brokers, options, undo),
    ({ staff }) => `${staff.workers.length} at work`,
  )
  if (options.hasConsole) {
    await step('build', () => built, String)
    const { link, stop } = await step(
      'console',
      () => startConsole(brokers),
      () => 'on these brokers',
    )
    undo.push(stop)
    console.log(`\n  Signalbox    ${link}`)
  }
  const server = await openControlServer({
    status: () => readStatus(control, staff),
    change: (body) => applyChange(readChange(body), control, staff),
    stop: ending.now,
  })
  undo.push(server.close)
  writeRunning(server.url)
  undo.push(listenToKeys(control, staff, () => ending.now({ purge: false })))
  const keys = process.stdin.isTTY ? `\n  ${keysHelp}` : ''
  console.log(`  The company  ${server.url}\n  ${control.rate} orders a second${keys}\n`)
}

function openBrokers(options: Options): Promise<BrokerInstance[]> {
  const { brokersFile, kinds } = options
  return brokersFile === null ? startBrokers(kinds) : Promise.resolve(readBrokers(brokersFile, kinds))
}

async function openCompany(
  brokers: readonly BrokerInstance[],
  options: Options,
  undo: Undo[],
): Promise<{ staff: Staff; control: Control }> {
  const addresses = new Map(brokers.map((broker) => [broker.kind, addressOf(broker)]))
  const [rabbitmq, kafka, redis] = [addresses.get('rabbitmq'), addresses.get('kafka'), addresses.get('redis')]
  await Promise.all([
    rabbitmq && declareRabbitmq(rabbitmq, kafka !== undefined),
    kafka && declareKafka(kafka),
    redis && declareRedis(redis),
  ])
  const control = new Control(options.change.rate ?? defaultRate)
  const ledgerClient = redis === undefined ? null : openRedis(redis, 'ledger')
  undo.push(() => ledgerClient?.disconnect())
  const ledger = ledgerClient === null ? new MemoryLedger() : new RedisLedger(ledgerClient)
  const workers = company.filter(({ needs }) => needs.every((kind) => addresses.has(kind)))
  const staff = new Staff(workers, control, (worker) => openDesk({ control, ledger, addresses }, worker))
  await applyChange({ ...options.change, hire: [], dismiss: [] }, control, staff)
  undo.push(() => staff.dismissAll())
  await staff.hireAll()
  // Made by the first group that commits; best effort, as the demo runs without it.
  if (kafka !== undefined && options.brokersFile === null)
    await boundOffsetsTopic(kafka).catch(() => undefined)
  return { staff, control }
}

interface Ending {
  readonly reached: Promise<void>
  readonly purges: boolean
  now(options: { purge: boolean }): void
  forget(): void
}

/** SIGINT, SIGTERM, the page, `--stop` or the end of `--for`. A second signal, a moment later, ends at once. */
function waitForEnd(): Ending {
  const { promise, resolve } = Promise.withResolvers<void>()
  let [purges, endedAt] = [false, 0]
  const now = () => {
    endedAt ||= Date.now()
    resolve()
  }
  const onSignal = () => {
    // A terminal signals the whole group, and the parent passes it on: the same Ctrl-C comes twice.
    if (endedAt > 0 && Date.now() - endedAt > 1_000) process.exit(130)
    now()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, onSignal)
  return {
    reached: promise,
    get purges() {
      return purges
    },
    now(options) {
      purges ||= options.purge
      now()
    },
    forget() {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}

function describe(brokers: readonly BrokerInstance[]): string {
  const titles: Record<string, string> = { rabbitmq: 'RabbitMQ', kafka: 'Kafka', redis: 'Redis' }
  return brokers.map(({ kind, version }) => `${titles[kind]} ${version}`).join(', ')
}

/** One line a step, with its seconds. */
async function step<T>(name: string, work: () => Promise<T>, toWords: (result: T) => string): Promise<T> {
  const beganAt = performance.now()
  process.stdout.write(name.padEnd(8))
  try {
    const result = await work()
    const seconds = ((performance.now() - beganAt) / 1000).toFixed(1).padStart(5)
    process.stdout.write(`${seconds} s  ${toWords(result)}\n`)
    return result
  } catch (error) {
    process.stdout.write(' failed\n')
    throw error
  }
}
