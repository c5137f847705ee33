export { createReplays, type ReplayEngine } from './engine.ts'
export type { ReplayPorts } from './ports.ts'
