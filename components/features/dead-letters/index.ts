export { totalOf } from './totals.ts'
