import type { BrokerConnection, PublishFacet } from '../../brokers/contract/index.ts'
import { newCall } from '../../brokers/contract/index.ts'
import { redis } from '../../brokers/redis/index.ts'
import { testDeps } from '../../brokers/redis/testing/harness.ts'
import { callerWith } from '../../messages/testing/fake-broker.ts'
import { openEngines } from './open-engines.ts'

/**
 * A console that is killed while it restores: `<url> <data dir> <backup> <window> <before|after>` dies at that
 * window, before it was sent or after the broker confirmed it.
 */
const [url = '', directory = '', backup = '', window = '1', moment] = process.argv.slice(2)

function dyingAt(connection: BrokerConnection): BrokerConnection {
  let number = 0
  const publish: PublishFacet | undefined = connection.publish && {
    ...connection.publish,
    openPublisher: async (call) => {
      const publisher = await connection.publish?.openPublisher(call)
      if (!publisher) throw new Error('no publisher')
      return {
        close: () => publisher.close(),
        send: async (batch, sendCall) => {
          number += 1
          if (number === Number(window) && moment === 'before') process.kill(process.pid, 'SIGKILL')
          const outcomes = await publisher.send(batch, sendCall)
          if (number === Number(window)) process.kill(process.pid, 'SIGKILL')
          return outcomes
        },
      }
    },
  }
  return { ...connection, publish }
}

const connection = await redis.connect(redis.options.parse({ url }), testDeps())
const { commands } = await openEngines(dyingAt(connection), directory)
await commands.restore(backup, callerWith(), newCall(30_000))
