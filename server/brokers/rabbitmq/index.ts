import { defineDriver } from '../contract/index.ts'
import { addressOf, type RabbitmqOptions, rabbitmqOptionsSchema } from './options.ts'

/** RabbitMQ over AMQP 0-9-1 and the management HTTP API. */
export const rabbitmq = defineDriver<RabbitmqOptions>({
  kind: 'rabbitmq',
  label: 'RabbitMQ',
  options: rabbitmqOptionsSchema,
  connect: async (options, deps) => (await import('./connection.ts')).openConnection(options, deps),
  addressOf,
})
