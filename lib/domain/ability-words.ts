import type { Abilities, Ability, Facet } from '../schemas/ability.ts'

/** Why a facet cannot be used here; null when it can, fully or in part. */
export function blockedReason(abilities: Abilities, facet: Facet): string | null {
  const ability = abilities[facet]
  if (!ability) return 'This broker cannot do it'
  if (ability.level !== 'none') return null
  return ability.reason ?? 'This broker cannot do it here'
}

/** True when taking a message out is impossible because the log keeps everything: only our ledger marks it. */
export function onlyMarks(ability: Ability | undefined): boolean {
  const settles = ability?.limits?.settles
  return typeof settles === 'string' && settles.startsWith('marks')
}

/** True when a look is known to do nothing to the broker. Undeclared effects count as effects. */
export function looksFree(ability: Ability | undefined): boolean {
  return ability?.effects?.every((effect) => effect.code === 'none') ?? false
}
