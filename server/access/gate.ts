import 'server-only'

import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { visibleText } from '../../lib/format/name.ts'
import { getRuntime } from '../runtime/slot.ts'
import type { Identity } from './contract.ts'

/** A page's title before its data is there: names as ids and settings carry them, no broker is asked. Nothing for a stranger. */
export async function titleOf(params: Readonly<Record<string, string>>): Promise<string | undefined> {
  const runtime = getRuntime()
  if (!(await runtime.access.authenticate(new Headers(await headers())))) return undefined
  const decoded = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
  )
  const call = { signal: AbortSignal.timeout(1_000), deadlineAt: Date.now() + 1_000 }
  // What is not there has no title; its page says so.
  const known = await runtime.targets.check(decoded, call).catch(() => null)
  if (!known) return undefined
  const label = decoded.broker === undefined ? null : runtime.brokers.find(decoded.broker)?.label
  const parts = [known.target, label].filter((part) => part).map((part) => visibleText(String(part)))
  return parts.length > 0 ? parts.join(' · ') : undefined
}

/** For every page of the console: who is looking, or off to the sign-in page. */
export async function requireSignIn(): Promise<Identity> {
  const identity = await getRuntime().access.authenticate(new Headers(await headers()))
  if (!identity) redirect('/sign-in')
  return identity
}
