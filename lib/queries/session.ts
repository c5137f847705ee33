import { useQuery } from '@tanstack/react-query'
import { callApi } from '../api/client.ts'
import type { Permission } from '../domain/permissions.ts'
import { keys } from './keys.ts'

/** Spends a one-time sign-in token; the server answers with a session cookie. */
export async function signIn(token: string): Promise<void> {
  await callApi('signIn', { body: { token } })
}

export async function signOut(): Promise<void> {
  await callApi('signOut', {})
}

function useMe() {
  return useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) => callApi('getMe', {}, { signal }),
    staleTime: 60_000,
  })
}

/** Why this person may not do it; null when they may, or while that is not known yet (the server decides). */
export function useDenied(permission: Permission): string | null {
  const me = useMe()
  if (!me.data || me.data.permissions.includes(permission)) return null
  return `Your role lacks the permission ${permission}. An admin can grant it.`
}
