import 'server-only'

import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getRuntime } from '../runtime/slot.ts'
import type { Identity } from './contract.ts'

/** For every page of the console: who is looking, or off to the sign-in page. */
export async function requireSignIn(): Promise<Identity> {
  const identity = await getRuntime().access.authenticate(new Headers(await headers()))
  if (!identity) redirect('/sign-in')
  return identity
}
