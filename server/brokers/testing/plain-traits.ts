import type { KindTraits } from '../contract/index.ts'

/** For fake connections of tests: a kind without anything of its own. */
export const plainTraits: KindTraits = { product: 'Fake', carriesKey: true, isFields: false, ownHeaders: [] }
