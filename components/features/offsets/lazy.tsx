'use client'

import dynamic from 'next/dynamic'

/** Loaded when one message is first to be stepped over. */
export const SkipDialog = dynamic(() => import('./skip-dialog.tsx').then((file) => file.SkipDialog), {
  ssr: false,
})

export const ResetNotes = dynamic(() => import('./reset-notes.tsx').then((file) => file.ResetNotes), {
  ssr: false,
})
