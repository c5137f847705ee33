export { toHistory } from './history-sample.ts'
export { readSeries } from './read-series.ts'
export { RecentSeries } from './recent.ts'
