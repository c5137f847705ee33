export { VerdictLine } from './verdict-line.tsx'
