export { BlockedNote } from './blocked-note.tsx'
export { byTrouble, levelOf, productOf, stateWord } from './broker-words.ts'
export { ConnectLink } from './connect-link.tsx'
export { EnvTag } from './env-tag.tsx'
