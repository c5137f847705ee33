export { MessageDrawer } from './lazy-message-drawer.tsx'
export { ReplayAll } from './lazy-replay-all.tsx'
export { MessagesTab } from './messages-tab.tsx'
