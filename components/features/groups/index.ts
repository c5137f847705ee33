export { GroupList } from './group-list.tsx'
export { GroupPage } from './group-page.tsx'
export { verdictOf } from './group-words.ts'
