'use client'

import dynamic from 'next/dynamic'
import { LoadingRows } from '@/components/ui/notice'

/** Loaded when the nodes of a broker are first looked at. */
export const NodeList = dynamic(() => import('./node-list.tsx').then((file) => file.NodeList), {
  ssr: false,
  loading: () => <LoadingRows rows={3} label="Loading nodes" />,
})
