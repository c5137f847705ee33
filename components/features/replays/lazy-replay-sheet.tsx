'use client'

import dynamic from 'next/dynamic'

/** Loaded when a replay is first asked for. */
export const ReplaySheet = dynamic(() => import('./replay-sheet.tsx').then((file) => file.ReplaySheet), {
  ssr: false,
})
