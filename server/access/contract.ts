import type { Permission } from '../../lib/domain/permissions.ts'

/** Who signed in; `expiresAtMs` is null for a token. */
export interface Identity {
  readonly actor: string
  readonly via: 'session' | 'token'
  readonly permissions: ReadonlySet<Permission>
  readonly expiresAtMs: number | null
}

export interface Access {
  /** From the bearer token, else the session cookie; null when neither is good. A bad bearer never falls back to the cookie. */
  authenticate(headers: Headers): Promise<Identity | null>
  /** A new single-use token; `token` is shown once and stored as a hash. */
  issueSignInToken(): Promise<{ readonly token: string; readonly expiresAtMs: number }>
  /** Whether any sign-in token was ever made: the first start prints one by itself. */
  hasEverIssued(): Promise<boolean>
  /** Spends a token exactly once; answers the `Set-Cookie` value, or null when it is unknown, spent or too old. Throws `throttled`. */
  signIn(token: string): Promise<{ readonly cookie: string } | null>
  /** Ends the session of this cookie; answers the `Set-Cookie` value that clears it. */
  signOut(headers: Headers): Promise<{ readonly cookie: string }>
  /** Whether a write from here is our own page's: same origin, or a program without a browser's headers. */
  isTrustedOrigin(request: Request): boolean
}
