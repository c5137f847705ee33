import type { Support } from '../contract/index.ts'
import { abilitiesOf, everyRight } from './rights.ts'

export const support: readonly Support[] = (['stream', 'list', 'channel'] as const).map((sort) => ({
  sort,
  abilities: abilitiesOf(sort, everyRight),
}))
