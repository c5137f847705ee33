/**
 * `__Host-` binds the cookie to exactly this https origin; browsers refuse the prefix on plain http, so there
 * it has a plain name.
 */
export interface CookieStyle {
  readonly secure: boolean
  readonly name: string
}

export function cookieStyle(publicUrl: string | null): CookieStyle {
  const secure = publicUrl?.startsWith('https:') ?? false
  return { secure, name: secure ? '__Host-signalbox' : 'signalbox' }
}

export function formatCookie(style: CookieStyle, value: string, maxAgeSeconds: number): string {
  const parts = [
    `${style.name}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${maxAgeSeconds}`,
  ]
  if (style.secure) parts.push('Secure')
  return parts.join('; ')
}

/** The last value of our cookie in a `Cookie` header, or null. */
export function readCookie(style: CookieStyle, header: string | null): string | null {
  let found: string | null = null
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === style.name) found = part.slice(at + 1).trim()
  }
  return found === '' ? null : found
}
