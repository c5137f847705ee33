import { readFileSync } from 'node:fs'
import { type BrokerInstance, type BrokerKind, startBroker } from '../../scripts/brokers/index.ts'

/** The running server of a kind: of the test run, else the `dev` one, started when it is down. */
export async function sharedBroker(kind: BrokerKind): Promise<BrokerInstance> {
  const file = process.env.SIGNALBOX_TEST_BROKERS
  if (file === undefined) return startBroker(kind, { name: 'dev' })
  const instances = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<BrokerKind, BrokerInstance>>
  const instance = instances[kind]
  if (!instance) throw new Error(`${file} names no ${kind}`)
  return instance
}
