export { PublishTab } from './publish-tab.tsx'
