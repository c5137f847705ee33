import type { Level } from '@/components/ui/state-mark'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import type { Connection } from '@/lib/schemas/connection'

/** Blocked by the broker is trouble; a word we do not know is no judgement. */
export function connectionLevel({ state }: Pick<Connection, 'state'>): Level {
  if (state === 'blocked' || state === 'blocking') return 'warn'
  if (state === 'closing' || state === 'closed') return 'unknown'
  return 'ok'
}

/** `orders, payments and 3 more`: what it reads from. */
export function readsWords({ consumers }: Pick<Connection, 'consumers'>): string {
  const names = [...new Set(consumers.map(({ destination }) => destination.name))]
  const shown = names.slice(0, 2).map(visibleText).join(', ')
  return names.length > 2 ? `${shown} and ${names.length - 2} more` : shown
}

/** How many messages its consumers may hold: `10`, `1 to 50`; null where nobody tells. */
export function prefetchWords({ consumers }: Pick<Connection, 'consumers'>): string | null {
  const told = consumers.flatMap(({ prefetch }) => (prefetch === undefined ? [] : [prefetch]))
  if (told.length === 0) return null
  if (told.some((one) => one === null)) return 'no limit'
  const numbers = told.filter((one) => one !== null)
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return least === most ? String(least) : `${least} to ${most}`
}

/** What a person types to close it. */
export function nameToType({ client, host }: Pick<Connection, 'client' | 'host'>): string {
  return client || (host ?? '')
}

/** Its one line under the title: who, from where, how. */
export function whoWords({ user, host, protocol, library, tls }: Connection): string {
  const secure = tls === undefined ? null : tls ? 'TLS' : 'not encrypted'
  return [user && `as ${user}`, host && `from ${host}`, protocol, secure, library]
    .flatMap((part) => (part ? [visibleText(part)] : []))
    .join(' · ')
}

export function consumersWords({ consumers }: Pick<Connection, 'consumers'>): string {
  return consumers.length === 0 ? 'reads nothing' : countOf(consumers.length, 'consumer')
}
