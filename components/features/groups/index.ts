export { GroupList } from './group-list.tsx'
export { GroupPage } from './group-page.tsx'
