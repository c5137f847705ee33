'use client'

import dynamic from 'next/dynamic'
import { LoadingRows } from '@/components/ui/notice'

/** Loaded when a list of connections is first opened. */
export const ConnectionList = dynamic(
  () => import('./connection-list.tsx').then((file) => file.ConnectionList),
  { ssr: false, loading: () => <LoadingRows rows={12} label="Loading connections" /> },
)

export const ConnectionDrawer = dynamic(
  () => import('./connection-drawer.tsx').then((file) => file.ConnectionDrawer),
  { ssr: false },
)

export const HeldBy = dynamic(() => import('./held-by.tsx').then((file) => file.HeldBy), { ssr: false })
