import type { BrokerInstance } from '../scripts/brokers/index.ts'
import { startConsole } from './console.ts'
import { measureFeel } from './feel.ts'
import { measureStart, watchMemory } from './footprint.ts'
import { measureGrowth } from './growth.ts'
import { measureHistory } from './history.ts'
import { measurePure } from './kafka-lag/pure.ts'
import { measureReal } from './kafka-lag/real.ts'
import { measureLive } from './live.ts'
import { describeMachine, readLoad } from './machine.ts'
import type { BenchOptions } from './options.ts'
import { measurePages } from './pages.ts'
import type { Place } from './place.ts'
import { declareQueues, measureAlone, measureFirstPage, waitForQueues } from './queues.ts'
import type { Arena } from './replays/arena.ts'
import { openKafkaArena } from './replays/kafka.ts'
import { measureReplays } from './replays/measure.ts'
import { describeRabbitmq, openRabbitmqArena } from './replays/rabbitmq.ts'
import { openRedisArena } from './replays/redis.ts'
import type { BenchResults, Latencies } from './results.ts'

const arenas = { rabbitmq: openRabbitmqArena, redis: openRedisArena, kafka: openKafkaArena }
const arenaKinds = ['rabbitmq', 'redis', 'kafka'] as const
const pageSizes = [100, 500]

/** Everything that was asked for, one after the other, so that nothing measured shares the machine with another part. */
export async function runBench(
  place: Place,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<BenchResults> {
  const versions: Record<string, string> = {}
  const results: BenchResults = {
    at: new Date().toISOString(),
    machine: describeMachine(),
    versions,
    rounds: options.rounds,
    loadBefore: readLoad(),
    loadAfter: 0,
    replays: [],
    firstPages: [],
    startMs: [],
    memory: [],
    feel: [],
    pages: [],
    lag: [],
    history: [],
    live: [],
    growth: [],
  }
  const start = async (kind: (typeof arenaKinds)[number]) => {
    say(`starting ${kind}`)
    const instance = await place.startBroker(kind)
    versions[kind] = instance.version
    return instance
  }
  if (options.only.includes('start')) await runStart(place, options, results, say)
  if (options.only.includes('feel')) {
    say('the feel of a list of 10,000 rows')
    results.feel.push(await measureFeel(place, options.rounds))
  }
  if (options.only.includes('pages')) {
    say('scores and scripts of the pages')
    results.pages.push(await measurePages(place, options.rounds))
  }
  if (options.only.includes('history')) {
    say('history of 10,000 destinations')
    results.history.push(await measureHistory(options.rounds))
  }
  if (options.only.includes('live')) {
    say('500 readers of the live stream')
    results.live.push(await measureLive(place))
  }
  if (options.only.includes('growth')) {
    say('growth of a broker')
    results.growth.push(...(await measureGrowth(place, say)))
  }
  for (const kind of arenaKinds) {
    const wantsReplays = options.only.includes(kind)
    const wantsQueues = kind === 'rabbitmq' && options.only.includes('queues')
    if (!wantsReplays && !wantsQueues) continue
    const instance = await start(kind)
    if (wantsReplays) await runReplays(place, await arenas[kind](instance), options, results, say)
    if (wantsQueues) await runQueues(place, instance, options, results, say)
    await place.removeBroker(instance)
  }
  if (options.only.includes('kafka-lag')) {
    say('the lag of generated groups')
    results.lag.push(await measurePure(options.rounds))
    const instance = await start('kafka')
    results.lag.push(await measureReal(instance, options.rounds, say))
    await place.removeBroker(instance)
  }
  results.loadAfter = readLoad()
  return results
}

type Say = (line: string) => void

async function runStart(place: Place, options: BenchOptions, results: BenchResults, say: Say): Promise<void> {
  say('start to ready')
  results.startMs = await measureStart(place, options.rounds)
  say('memory, idle')
  const console = await startConsole(place, { name: 'idle', brokers: [], command: 'server' })
  results.memory.push(
    await watchMemory({ id: 'idle', label: 'idle, the sandbox alone' }, console, place.signal),
  )
  await console.stop()
}

async function runReplays(
  place: Place,
  arena: Arena,
  options: BenchOptions,
  results: BenchResults,
  say: Say,
): Promise<void> {
  say(arena.label)
  const { id: name } = arena.broker
  try {
    const console = await startConsole(place, { name, brokers: [arena.broker], command: 'server' })
    const contest = { messages: options.messages, rounds: options.rounds, signal: place.signal, say }
    results.replays.push(await measureReplays(arena, console, contest))
    await console.stop()
  } finally {
    await arena.close()
  }
}

async function runQueues(
  place: Place,
  instance: BrokerInstance,
  { queues, rounds }: BenchOptions,
  results: BenchResults,
  say: Say,
): Promise<void> {
  say(`declaring ${queues} queues`)
  await declareQueues(instance, queues)
  const sizes = pageSizes.map((size) => Math.min(size, queues))
  say('the management API alone')
  const alone: Latencies[] = []
  for (const pageSize of sizes) alone.push(await measureAlone(instance, pageSize, place.signal))
  const broker = describeRabbitmq(instance)
  const console = await startConsole(place, { name: 'queues', brokers: [broker], command: 'server' })
  await waitForQueues(console, broker.id, queues)
  for (const [index, pageSize] of sizes.entries()) {
    say(`first page of ${pageSize}`)
    const contest = { pageSize, rounds, signal: place.signal }
    const sides = await measureFirstPage(console, broker.id, instance, contest)
    const before = alone[index]
    if (before) results.firstPages.push({ queues, pageSize, alone: before, ...sides })
  }
  say('memory, watched')
  const look = () => console.api.get(`/brokers/${broker.id}/destinations?limit=100`)
  const what = { id: 'queues', label: `${queues} queues, a viewer on the list` } as const
  results.memory.push(await watchMemory(what, console, place.signal, look))
  await console.stop()
}
