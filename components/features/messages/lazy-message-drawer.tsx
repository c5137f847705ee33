'use client'

import dynamic from 'next/dynamic'

/** Loaded with the first message that is opened. */
export const MessageDrawer = dynamic(
  () => import('./message-drawer.tsx').then((file) => file.MessageDrawer),
  { ssr: false },
)
