'use client'

import dynamic from 'next/dynamic'
import { LoadingRows } from '@/components/ui/notice'

/** Loaded when its tab is opened. */
export const PublishTab = dynamic(() => import('./publish-tab.tsx').then((file) => file.PublishTab), {
  ssr: false,
  loading: () => <LoadingRows label="Loading the form" />,
})
