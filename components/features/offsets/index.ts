export { ResetNotes, SkipDialog } from './lazy.tsx'
export { ResetButton, useOffsetsBlocked } from './reset-button.tsx'
