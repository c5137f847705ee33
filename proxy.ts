import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'

/**
 * Security headers for pages, and nothing else: who may see a page is asked by the page itself, since a proxy
 * can be skipped. The nonce is ours; what a client sends under these names is thrown away first.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(16).toString('base64')
  const policy = formatPolicy(nonce)
  const headers = new Headers(request.headers)
  for (const name of [...headers.keys()]) {
    if (name.startsWith('x-middleware-') || name.startsWith('content-security-policy')) headers.delete(name)
  }
  headers.set('x-nonce', nonce)
  // Next reads the nonce for its own scripts from this request header.
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set('referrer-policy', 'same-origin')
  response.headers.set('x-content-type-options', 'nosniff')
  response.headers.set('x-frame-options', 'DENY')
  response.headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=()')
  response.headers.set('cross-origin-opener-policy', 'same-origin')
  return response
}

function formatPolicy(nonce: string): string {
  // The development build evaluates code for its error overlay.
  const development = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : ''
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Pages only. `/api` stays out: a proxy would cut request bodies at 10 MB without an error (Next 16.4). */
export const config = {
  matcher: ['/((?!api/|healthz|readyz|metrics|_next/|.*\\.[a-z0-9]+$).*)'],
}
