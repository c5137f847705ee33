export { ReplaySheet } from './replay-sheet.tsx'
export { ReplaysPage } from './replays-page.tsx'
export { RunPage } from './run-page.tsx'
