import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { kafkaRecipe } from './kafka.ts'
import { findFreeBlock } from './ports.ts'
import { isAlive, listProcesses, readBootId, signalOwned, waitGone } from './processes.ts'
import { rabbitmqRecipe } from './rabbitmq.ts'
import { redisRecipe } from './redis.ts'
import { redisClusterRecipe } from './redis-cluster.ts'
import { readTail } from './run.ts'
import { brokersRoot, listInstances, readInstance, saveInstance, withLock } from './store.ts'
import type { BrokerInstance, BrokerKind, Recipe, StartOptions } from './types.ts'

export { brokersRoot, listInstances, readInstance } from './store.ts'
export type { BrokerInstance, BrokerKind } from './types.ts'
export { brokerKinds } from './types.ts'

/** Names another parent folder for instances: a test run keeps, and at its end removes, its own. */
export const brokersFolderVariable = 'SIGNALBOX_BROKERS_DIR'

const recipes: Record<BrokerKind, Recipe> = {
  rabbitmq: rabbitmqRecipe,
  kafka: kafkaRecipe,
  redis: redisRecipe,
  'redis-cluster': redisClusterRecipe,
}

const logNames = ['log/stdout.log', 'server.log', 'redis.log', 'node1/redis.log']

/**
 * Starts a server and resolves when it answers. Idempotent: a running instance is returned as it
 * is, a stopped one comes back on its ports with its data, the remains of a crash are ended first.
 * @throws when the program is missing, ends early, or is not ready in time
 */
export async function startBroker(kind: BrokerKind, start: StartOptions = {}): Promise<BrokerInstance> {
  const { name = 'default' } = start
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) throw new Error(`"${name}" is no instance name (a-z, 0-9, -)`)
  const root = process.env[brokersFolderVariable] ?? brokersRoot
  const dir = resolve(start.dir ?? join(root, `${kind}-${name}`))
  const timeoutMs = start.timeoutMs ?? 120_000
  const deadline = AbortSignal.timeout(timeoutMs)
  const signal = start.signal === undefined ? deadline : AbortSignal.any([deadline, start.signal])
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  return withLock(join(dir, 'lock'), timeoutMs, async () => {
    const instance = readInstance(dir) ?? (await createInstance(kind, dir, start))
    if (instance.kind !== kind) throw new Error(`${dir} holds a ${instance.kind}, not a ${kind}`)
    if (instance.state === 'running' && areServersAlive(instance)) return instance
    await endProcesses(instance, 'SIGKILL', 5_000)
    return bringUp(instance, signal)
  })
}

/** Stops cleanly (queues flushed, sockets closed) and keeps the data; forced after the kind's limit. */
export async function stopBroker(target: BrokerInstance | string): Promise<BrokerInstance> {
  return changeInstance(target, async (instance) => {
    const recipe = recipes[instance.kind]
    const servers = listProcesses(instance).filter((owned) => recipe.servers.test(owned.role))
    signalAll(instance, 'SIGCONT')
    for (const owned of servers) signalOwned(owned, 'SIGTERM')
    await waitGone(servers, recipe.stopMs)
    await endProcesses(instance, 'SIGTERM', 2_000)
    await endProcesses(instance, 'SIGKILL', 5_000)
    return { ...instance, state: 'stopped', processes: [] }
  })
}

/** Ends every process at once with SIGKILL, as a crash would; the data stays as it is on disk. */
export async function killBroker(target: BrokerInstance | string): Promise<BrokerInstance> {
  return changeInstance(target, async (instance) => {
    await endProcesses(instance, 'SIGKILL', 10_000)
    return { ...instance, state: 'stopped', processes: [] }
  })
}

/**
 * Ends one server of an instance with SIGKILL and leaves the others: role `kafka-2`, `redis-node3`.
 * `restartBroker` brings all of them back.
 */
export async function killMember(target: BrokerInstance | string, role: string): Promise<BrokerInstance> {
  return changeInstance(target, async (instance) => {
    const members = instance.processes.filter((owned) => owned.role === role)
    if (members.length === 0) throw new Error(`${instance.name} has no running ${role}`)
    for (const owned of members) signalOwned(owned, 'SIGKILL')
    await waitGone(members, 5_000)
    return { ...instance, processes: instance.processes.filter((owned) => owned.role !== role) }
  })
}

/** Freezes the servers: connections stay open and nothing answers. */
export async function pauseBroker(target: BrokerInstance | string): Promise<BrokerInstance> {
  return changeInstance(target, async (instance) => {
    signalAll(instance, 'SIGSTOP')
    return { ...instance, state: 'paused' }
  })
}

/** Lets a paused instance go on. */
export async function resumeBroker(target: BrokerInstance | string): Promise<BrokerInstance> {
  return changeInstance(target, async (instance) => {
    signalAll(instance, 'SIGCONT')
    return { ...instance, state: 'running' }
  })
}

/** Starts a stopped or killed instance again: same ports, same data. */
export async function restartBroker(target: BrokerInstance | string): Promise<BrokerInstance> {
  const instance = requireInstance(target)
  if (areServersAlive(instance)) await stopBroker(instance)
  return startBroker(instance.kind, { dir: instance.dir, options: instance.options })
}

/** Ends the instance at once and deletes its folder. */
export async function removeBroker(target: BrokerInstance | string): Promise<void> {
  const instance = requireInstance(target)
  await killBroker(instance)
  rmSync(instance.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}

/** The record as it is now, with the state seen in the process table rather than the one written. */
export function describeInstance(target: BrokerInstance | string): BrokerInstance {
  const instance = requireInstance(target)
  const isUp = areServersAlive(instance)
  return { ...instance, state: isUp ? instance.state : 'stopped', processes: listProcesses(instance) }
}

async function createInstance(kind: BrokerKind, dir: string, start: StartOptions): Promise<BrokerInstance> {
  const names = recipes[kind].portNames
  // Two starters must not choose the same ports: the record is written before the lock is let go.
  return withLock(join(brokersRoot, 'ports.lock'), 30_000, async () => {
    const taken = new Set(
      [...listInstances(), ...listInstances(dirname(dir), 1)].flatMap((i) => Object.values(i.ports)),
    )
    const block = await findFreeBlock(names.length, taken)
    const ports = Object.fromEntries(names.map((name, index) => [name, block[index] ?? 0]))
    const instance: BrokerInstance = {
      kind,
      name: start.name ?? 'default',
      dir,
      token: randomBytes(16).toString('hex'),
      bootId: readBootId(),
      state: 'stopped',
      version: '',
      ports,
      urls: {},
      access: {},
      processes: [],
      options: start.options ?? {},
      readyMs: 0,
    }
    const described = { ...instance, ...recipes[kind].describe(instance) }
    saveInstance(described)
    return described
  })
}

async function bringUp(instance: BrokerInstance, signal: AbortSignal): Promise<BrokerInstance> {
  const recipe = recipes[instance.kind]
  const startedAt = Date.now()
  let current: BrokerInstance = { ...instance, bootId: readBootId(), state: 'starting', processes: [] }
  saveInstance(current)
  try {
    await recipe.prepare(current, signal)
    current = { ...current, processes: recipe.launch(current) }
    saveInstance(current)
    const version = await waitReady(recipe, current, signal)
    const processes = listProcesses(current)
    current = { ...current, state: 'running', version, processes, readyMs: Date.now() - startedAt }
    saveInstance(current)
    return current
  } catch (error) {
    await endProcesses(current, 'SIGKILL', 5_000)
    saveInstance({ ...current, state: 'stopped', processes: [] })
    throw error
  }
}

async function waitReady(recipe: Recipe, instance: BrokerInstance, signal: AbortSignal): Promise<string> {
  while (!signal.aborted) {
    if (!instance.processes.every(isAlive)) {
      throw new Error(`${instance.kind} ended while starting:\n${readLogs(instance)}`)
    }
    const version = await recipe.probe(instance, signal)
    if (version !== null) return version
    await sleep(60)
  }
  const isLate = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
  if (!isLate) throw new Error(`the start of ${instance.kind} was stopped`)
  throw new Error(`${instance.kind} was not ready in time:\n${readLogs(instance)}`)
}

function readLogs(instance: BrokerInstance): string {
  return logNames
    .map((name) => readTail(join(instance.dir, name)))
    .join('\n')
    .trim()
}

function requireInstance(target: BrokerInstance | string): BrokerInstance {
  const dir = typeof target === 'string' ? target : target.dir
  const instance = readInstance(dir)
  if (instance === null) throw new Error(`${dir} holds no broker instance`)
  return instance
}

/** Reads the record afresh under its lock, applies the change, writes it back. */
async function changeInstance(
  target: BrokerInstance | string,
  change: (instance: BrokerInstance) => Promise<BrokerInstance>,
): Promise<BrokerInstance> {
  const { dir } = requireInstance(target)
  return withLock(join(dir, 'lock'), 60_000, async () => {
    const changed = await change(requireInstance(dir))
    saveInstance(changed)
    return changed
  })
}

function areServersAlive(instance: BrokerInstance): boolean {
  const { servers } = recipes[instance.kind]
  const recorded = instance.processes.filter((owned) => servers.test(owned.role))
  return instance.bootId === readBootId() && recorded.length > 0 && recorded.every(isAlive)
}

function signalAll(instance: BrokerInstance, signal: NodeJS.Signals): void {
  for (const owned of listProcesses(instance)) signalOwned(owned, signal)
}

/** Signals what is left of an instance until it is gone or the time is over. */
async function endProcesses(
  instance: BrokerInstance,
  signal: NodeJS.Signals,
  timeoutMs: number,
): Promise<void> {
  const end = Date.now() + timeoutMs
  let left = listProcesses(instance)
  while (left.length > 0 && Date.now() < end) {
    for (const owned of left) signalOwned(owned, signal)
    await waitGone(left, 250)
    left = listProcesses(instance)
  }
}
