export { ReplaySheet } from './lazy-replay-sheet.tsx'
export { itemMark } from './replay-words.ts'
export { ReplaysPage } from './replays-page.tsx'
export { RunPage } from './run-page.tsx'
