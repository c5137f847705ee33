import 'server-only'

export { defineMethods } from './define-methods.ts'
export { defineRoute } from './define-route.ts'
export { answerHealth, answerMetrics } from './health.ts'
export { answerUnknown } from './unknown.ts'
