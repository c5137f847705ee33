'use client'

import { Failed } from '@/components/ui/notice'

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main className="flex h-dvh flex-1 items-center justify-center">
      <title>Failed · Signalbox</title>
      <h1 className="sr-only">This page failed</h1>
      <Failed what="This page failed to draw" words={error.message} onRetry={reset} />
    </main>
  )
}
