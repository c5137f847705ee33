export { ReplayAll } from './lazy-replay-all.tsx'
export { MessageDrawer } from './message-drawer.tsx'
export { MessagesTab } from './messages-tab.tsx'
