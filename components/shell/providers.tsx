'use client'

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { isSignedOut, mayHeal } from '@/lib/queries/errors'

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        queryCache: new QueryCache({
          onError: (error) => {
            if (isSignedOut(error)) window.location.assign('/sign-in')
          },
        }),
        defaultOptions: {
          queries: {
            staleTime: 2_000,
            refetchOnWindowFocus: false,
            // Only what may heal by itself is tried again; a refusal is shown at once.
            retry: (failures, error) => failures < 2 && mayHeal(error),
          },
        },
      }),
  )
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}
