import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type BrokerInstance,
  type BrokerKind,
  readInstance,
  removeBroker,
  startBroker,
  stopBroker,
} from '../scripts/brokers/index.ts'
import { demoKinds } from './options.ts'
import { brokerName, demoFolder } from './place.ts'

/** A megabyte here is an hour of orders; the default write-ahead log of quorum queues is 512 of them. */
const rabbitmqLines = ['raft.wal_max_size_bytes = 16000000']

/** Starts what is not running, each with its data from last time; all at once. */
export function startBrokers(kinds: readonly BrokerKind[]): Promise<BrokerInstance[]> {
  return Promise.all(
    kinds.map((kind) =>
      startBroker(kind, {
        name: brokerName,
        options: kind === 'rabbitmq' ? { config: rabbitmqLines } : {},
      }),
    ),
  )
}

/** Servers of somebody else, as a test run writes them down: used, never started or stopped. */
export function readBrokers(file: string, kinds: readonly BrokerKind[]): BrokerInstance[] {
  const byKind = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<BrokerKind, BrokerInstance>>
  return kinds.map((kind) => {
    const instance = byKind[kind]
    if (!instance) throw new Error(`${file} names no ${kind}`)
    return instance
  })
}

function ownInstances(): BrokerInstance[] {
  const folders = demoKinds.map((kind) => join(dirname(demoFolder), `${kind}-${brokerName}`))
  return folders.map(readInstance).filter((instance) => instance !== null)
}

/** Stops the brokers the demo started, and no other. */
export async function stopBrokers(): Promise<void> {
  await Promise.all(ownInstances().map((instance) => stopBroker(instance)))
}

/** Deletes the demo's brokers with their data, and what the demo itself has written. */
export async function purge(): Promise<void> {
  await Promise.all(ownInstances().map((instance) => removeBroker(instance)))
  if (existsSync(demoFolder)) rmSync(demoFolder, { recursive: true, force: true })
}

/** Where plain clients connect. */
export function addressOf(instance: BrokerInstance): string {
  const names: Partial<Record<BrokerKind, string>> = { rabbitmq: 'amqp', kafka: 'plaintext', redis: 'redis' }
  const url = instance.urls[names[instance.kind] ?? '']
  if (url === undefined) throw new Error(`the ${instance.kind} instance names no address`)
  return url
}
