export { GroupList } from './group-list.tsx'
export { GroupPage } from './group-page.tsx'
export { partWord } from './group-words.ts'
