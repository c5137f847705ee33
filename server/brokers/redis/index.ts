import { defineDriver } from '../contract/index.ts'
import { redisForm } from './form.ts'
import { type RedisOptions, readAccess, redisOptionsSchema, textOfAddress } from './options.ts'

/** Redis and what speaks its protocol: a single server or a cluster. */
export const redis = defineDriver<RedisOptions>({
  kind: 'redis',
  label: 'Redis',
  options: redisOptionsSchema,
  connect: async (options, deps) => {
    const { openConnection } = await import('./connection.ts')
    return openConnection(options, deps)
  },
  support: async () => (await import('./support.ts')).support,
  addressOf: (options) => readAccess(options).seeds.map(textOfAddress).join(', '),
  standard: { port: 6379, optionsAt: (host) => ({ url: `redis://${host}:6379` }) },
  form: redisForm,
  diagnose: async (options, deps, call) => (await import('./diagnose.ts')).diagnose(options, deps, call),
})
