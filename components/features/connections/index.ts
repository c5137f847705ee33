export { ConnectionDrawer, ConnectionList, HeldBy } from './lazy.tsx'
