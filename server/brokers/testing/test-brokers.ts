import { readFileSync } from 'node:fs'
import { startBroker } from '../../../scripts/brokers/index.ts'
import type { BrokerInstance, BrokerKind, BrokerOptions } from '../../../scripts/brokers/types.ts'

/**
 * The running server of a kind: from the file that `npm test` names in SIGNALBOX_TEST_BROKERS, else the
 * `dev` instance, started when it is down. A kind that is not there fails; nothing is skipped.
 */
export async function testBroker(kind: BrokerKind): Promise<BrokerInstance> {
  const path = process.env.SIGNALBOX_TEST_BROKERS
  if (path === undefined) return startBroker(kind, { name: 'dev' })
  const instances = JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<BrokerKind, BrokerInstance>>
  const instance = instances[kind]
  if (instance === undefined) throw new Error(`${path} names no ${kind}`)
  return instance
}

let count = 0

/** A server of the caller's own, for tests that stop or freeze it; end it with `removeBroker`. */
export function ownBroker(kind: BrokerKind, options: BrokerOptions = {}): Promise<BrokerInstance> {
  count += 1
  return startBroker(kind, { name: `own-${process.pid}-${count}`, options })
}
