export { PublishTab } from './lazy-publish-tab.tsx'
