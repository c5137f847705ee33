export { DeadLettersPage } from './dead-letters-page.tsx'
export { totalOf } from './totals.ts'
