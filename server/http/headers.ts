import { randomBytes } from 'node:crypto'

/** On every API answer: never cached, never sniffed, never framed or run as a document. */
export function apiHeaders(requestId: string): Headers {
  return new Headers({
    'cache-control': 'private, no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  })
}

export function newRequestId(): string {
  return randomBytes(8).toString('hex')
}
