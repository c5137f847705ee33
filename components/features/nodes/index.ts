export { NodeList } from './lazy.tsx'
