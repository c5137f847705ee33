import type { Claim } from '../contract/index.ts'
import type { Command } from './client.ts'

export function idsOf(claims: readonly Claim[]): string[] {
  return claims.map((claim) => claim.message.id)
}

/** XDEL, and XACK in the groups that had entries pending: as one transaction on the one key. */
export function removal(key: Buffer, ids: readonly string[], holders: readonly Buffer[]): Command[] {
  return [
    ['MULTI'],
    ...holders.map((group): Command => ['XACK', key, group, ...ids]),
    ['XDEL', key, ...ids],
    ['EXEC'],
  ]
}
