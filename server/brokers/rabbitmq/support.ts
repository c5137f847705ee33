import type { Support } from '../contract/index.ts'
import { exchangeAbilities, queueAbilities } from './abilities.ts'
import { readQueueFacts } from './facts.ts'

/** The version the driver's tests run against; from 4.0 and 4.3 on a look at a quorum queue does less. */
const testedVersion = 310
const bothWays = { options: { amqp: 'amqp://localhost', management: 'http://localhost' } }

function abilitiesOf(type: string, settings: Record<string, unknown> = {}) {
  const facts = readQueueFacts({ name: 'any', vhost: '/', type, arguments: settings }, null)
  return queueAbilities(bothWays, facts, testedVersion)
}

export const support: readonly Support[] = [
  { sort: 'classic queue', abilities: abilitiesOf('classic') },
  {
    sort: 'quorum queue',
    abilities: abilitiesOf('quorum'),
    refusals: [
      abilitiesOf('quorum', { 'x-single-active-consumer': true }),
      abilitiesOf('quorum', { 'x-delivery-limit': 1 }),
    ],
  },
  { sort: 'stream', abilities: abilitiesOf('stream') },
  { sort: 'exchange', abilities: exchangeAbilities(bothWays, false) },
]
