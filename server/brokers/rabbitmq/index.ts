import { defineDriver } from '../contract/index.ts'
import { rabbitmqForm } from './form.ts'
import { addressOf, type RabbitmqOptions, rabbitmqOptionsSchema } from './options.ts'

/** RabbitMQ over AMQP 0-9-1 and the management HTTP API. */
export const rabbitmq = defineDriver<RabbitmqOptions>({
  kind: 'rabbitmq',
  label: 'RabbitMQ',
  options: rabbitmqOptionsSchema,
  connect: async (options, deps) => (await import('./connection.ts')).openConnection(options, deps),
  support: async () => (await import('./support.ts')).support,
  addressOf,
  // The account RabbitMQ is installed with; it works from the broker's own machine only.
  standard: {
    port: 5672,
    optionsAt: (host) => ({
      amqp: `amqp://guest:guest@${host}:5672`,
      management: `http://guest:guest@${host}:15672`,
    }),
  },
  form: rabbitmqForm,
  diagnose: async (options, deps, call) => (await import('./diagnose.ts')).diagnose(options, deps, call),
})
