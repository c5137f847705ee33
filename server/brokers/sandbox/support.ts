import type { Support } from '../contract/index.ts'
import { abilitiesOf } from './facets/views.ts'

export const support: readonly Support[] = (['queue', 'topic', 'exchange'] as const).map((sort) => ({
  sort,
  abilities: abilitiesOf({ type: sort, name: 'any' }),
}))
