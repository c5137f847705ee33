import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from '@/components/shell/providers'
import { ThemeScript } from '@/components/shell/theme-script'
import './globals.css'

/** Every page carries the request's CSP nonce; a prerendered one would not hydrate under it. */
export const dynamic = 'force-dynamic'

/** A page's own metadata name it on the first paint; `Page` keeps the title true for what is open in it. */
export const metadata: Metadata = {
  title: { default: 'Signalbox', template: '%s · Signalbox' },
  description: 'One console for every message broker a team runs',
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1 }

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <ThemeScript nonce={nonce} />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  )
}
