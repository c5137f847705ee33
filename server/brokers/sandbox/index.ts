import { defineDriver } from '../contract/index.ts'
import { openConnection } from './connection.ts'
import { type SandboxOptions, sandboxOptionsSchema } from './options.ts'
import { createSandbox } from './world/scenarios.ts'

/** A broker inside the console: all abilities, live traffic, and failures to practise on. */
export const sandbox = defineDriver<SandboxOptions>({
  kind: 'sandbox',
  label: 'Sandbox',
  options: sandboxOptionsSchema,
  connect: async (options, { now }) => openConnection(createSandbox(options, now)),
  support: async () => (await import('./support.ts')).support,
  addressOf: () => 'inside this console',
})
