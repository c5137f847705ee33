import { defineDriver } from '../contract/index.ts'
import { kafkaForm } from './form.ts'
import { type KafkaOptions, kafkaOptionsSchema } from './options.ts'

/** Apache Kafka 3.5 and newer (KRaft or ZooKeeper). Client code is loaded by the first connection. */
export const kafka = defineDriver<KafkaOptions>({
  kind: 'kafka',
  label: 'Apache Kafka',
  options: kafkaOptionsSchema,
  connect: async (options, deps) => {
    const { openConnection } = await import('./connection.ts')
    return openConnection(options, deps)
  },
  support: async () => (await import('./support.ts')).support,
  addressOf: (options) => options.bootstrap.join(','),
  standard: { port: 9092, optionsAt: (host) => ({ bootstrap: [`${host}:9092`] }) },
  form: kafkaForm,
  diagnose: async (options, deps, call) => (await import('./diagnose.ts')).diagnose(options, deps, call),
})
