export { keptInMemory, RecentHead, RecentLine, SeriesLine } from './recent-line.tsx'
