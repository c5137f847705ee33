import { AppError } from '../../lib/domain/app-error.ts'
import { permissions } from '../../lib/domain/permissions.ts'
import type { Secret } from '../config/secret.ts'
import type { AccessRepository } from '../storage/contract/index.ts'
import type { Access, Identity } from './contract.ts'
import { cookieStyle, formatCookie, readCookie } from './cookie.ts'
import { createFailureLimit } from './limit.ts'
import { isTrustedOrigin } from './origin.ts'
import { hashToken, isSameToken, newSecretToken } from './tokens.ts'

const signInTokenMs = 15 * 60_000
const sessionMs = 12 * 3_600_000
const everything: ReadonlySet<(typeof permissions)[number]> = new Set(permissions)

export interface AccessDeps {
  readonly repository: AccessRepository
  /** The bearer token of the configuration; it has the admin role. */
  readonly serverToken: Secret<string> | null
  /** The configured public address; decides the cookie's name and which origin is ours. */
  readonly publicUrl: string | null
  readonly now: () => number
}

/** Who may come in: a session cookie from a spent sign-in token, or the configured bearer token. Both are admin. */
export function createAccess({ repository, serverToken, publicUrl, now }: AccessDeps): Access {
  const style = cookieStyle(publicUrl)
  const limit = createFailureLimit(30, 60_000)

  async function authenticate(headers: Headers): Promise<Identity | null> {
    const authorization = headers.get('authorization')
    if (authorization !== null) return readBearer(authorization, serverToken)
    const secret = readCookie(style, headers.get('cookie'))
    if (secret === null) return null
    const session = await repository.findSession(hashToken(secret), now())
    if (!session) return null
    return { actor: session.actor, via: 'session', permissions: everything, expiresAtMs: session.expiresAtMs }
  }

  async function signIn(token: string): Promise<{ cookie: string } | null> {
    const nowMs = now()
    if (limit.isOver(nowMs)) throw new AppError('throttled', 'Too many failed sign-ins; wait a minute')
    if (!(await repository.spendSignInToken(hashToken(token), nowMs))) {
      limit.fail(nowMs)
      return null
    }
    const secret = newSecretToken()
    const expiresAtMs = nowMs + sessionMs
    await repository.addSession(hashToken(secret), { actor: 'admin', createdAtMs: nowMs, expiresAtMs })
    return { cookie: formatCookie(style, secret, sessionMs / 1000) }
  }

  return {
    authenticate,
    signIn,
    hasEverIssued: () => repository.hasEverIssued(),
    issueSignInToken: () => issueSignInToken(repository, now()),
    signOut: async (headers) => {
      const secret = readCookie(style, headers.get('cookie'))
      if (secret !== null) await repository.removeSession(hashToken(secret))
      return { cookie: formatCookie(style, '', 0) }
    },
    isTrustedOrigin: (request) => isTrustedOrigin(request, publicUrl),
  }
}

/** A fresh single-use token, good for 15 minutes; also from beside a running server, through its data directory. */
export async function issueSignInToken(
  repository: Pick<AccessRepository, 'addSignInToken'>,
  nowMs: number,
): Promise<{ token: string; expiresAtMs: number }> {
  const token = newSecretToken()
  const expiresAtMs = nowMs + signInTokenMs
  await repository.addSignInToken(hashToken(token), expiresAtMs)
  return { token, expiresAtMs }
}

function readBearer(authorization: string, serverToken: Secret<string> | null): Identity | null {
  const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
  if (token === undefined || serverToken === null || !isSameToken(token, serverToken.reveal())) return null
  return { actor: 'token', via: 'token', permissions: everything, expiresAtMs: null }
}
