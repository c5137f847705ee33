import { afterAll, beforeAll } from 'vitest'
import type { BrokerConnection } from '../contract/index.ts'
import { describeLag } from '../testing/lag.ts'
import { describeOffsets } from '../testing/offsets.ts'
import { testBroker } from '../testing/test-brokers.ts'
import { addressOf, connectTo } from './testing/harness.ts'
import { classicKind, lagHarness, modernKind, offsetsHarness } from './testing/positions.ts'
import { openRaw, type Raw } from './testing/raw.ts'

let open: { readonly raw: Raw; readonly connection: BrokerConnection } | undefined
const opened = () => {
  if (!open) throw new Error('not connected')
  return open
}
const raw = () => opened().raw
const connection = () => opened().connection

beforeAll(async () => {
  const address = addressOf(await testBroker('kafka'))
  open = { raw: await openRaw(address), connection: await connectTo({ bootstrap: [address] }) }
}, 180_000)
afterAll(async () => {
  await open?.connection.close()
  await open?.raw.disconnect()
}, 60_000)

describeLag(lagHarness('Kafka, classic groups', raw, connection, classicKind(raw)))
describeLag(lagHarness('Kafka, KIP-848 groups', raw, connection, modernKind(raw)))
describeOffsets(offsetsHarness('Kafka, classic groups', raw, connection, classicKind(raw)))
describeOffsets(offsetsHarness('Kafka, KIP-848 groups', raw, connection, modernKind(raw)))
