export { byTrouble, levelOf, productOf, stateWord } from './broker-words.ts'
export { ConnectButton } from './connect-button.tsx'
export { EnvTag } from './env-tag.tsx'
