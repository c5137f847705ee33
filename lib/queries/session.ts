import { useQuery } from '@tanstack/react-query'
import type { Permission } from '../domain/permissions.ts'
import type { Me } from '../schemas/session.ts'
import { call } from './call.ts'
import { keys } from './keys.ts'

/** Spends a one-time sign-in token; the server answers with a session cookie. */
export function signIn(token: string): Promise<unknown> {
  return call('/sign-in', { method: 'POST', body: { token } })
}

export function signOut(): Promise<unknown> {
  return call('/sign-out', { method: 'POST' })
}

export function useMe() {
  return useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) => call<Me>('/me', { signal }),
    staleTime: 60_000,
  })
}

/** Why this person may not do it; null when they may, or while that is not known yet (the server decides). */
export function useDenied(permission: Permission): string | null {
  const me = useMe()
  if (!me.data || me.data.permissions.includes(permission)) return null
  return `Your role lacks the permission ${permission}. An admin can grant it.`
}
