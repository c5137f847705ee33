export { FilterBar } from './filter-bar.tsx'
export { type LineFilter, useFilter } from './use-filter.ts'
export { useFiltered } from './use-filtered.ts'
export { shortNote, useRestOfList } from './use-rest-of-list.ts'
