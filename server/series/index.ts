export { RecentSeries } from './recent.ts'
