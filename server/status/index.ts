export { withEvents } from './audit-events.ts'
export { createStatus, type StatusEngine } from './engine.ts'
export type { News } from './ports.ts'
