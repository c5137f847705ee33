import type { Abilities } from '../../../lib/schemas/ability.ts'
import type { BrokerTestStep } from '../../../lib/schemas/broker-form.ts'

export type StepId = BrokerTestStep['step']

/** What a test of some options found, step by step; nothing was changed anywhere. */
export interface Diagnosis {
  readonly steps: readonly BrokerTestStep[]
  readonly version: string | null
  readonly identity: string | null
  readonly user: string | null
  readonly abilities: Abilities
}

const names: Record<StepId, string> = {
  name: 'Name',
  tcp: 'TCP',
  tls: 'TLS',
  'sign-in': 'Sign-in',
  permissions: 'Permissions',
  version: 'Version',
  abilities: 'Abilities',
}
const order = Object.keys(names) as StepId[]

type Told = Pick<BrokerTestStep, 'sentence'> & { readonly words?: string; readonly fix?: string }

/** The steps of one address (or of the broker as a whole), in their order; a later word on a step replaces the earlier. */
export class Steps {
  readonly at: string
  readonly #steps = new Map<StepId, BrokerTestStep>()

  constructor(at: string) {
    this.at = at
  }

  tell(step: StepId, state: BrokerTestStep['state'], told: Told): void {
    this.#steps.set(step, { step, name: names[step], at: this.at, state, ...told })
  }

  ok(step: StepId, sentence: string): void {
    this.tell(step, 'ok', { sentence })
  }

  /** What could not be tried because an earlier step failed. */
  skip(steps: readonly StepId[], sentence: string): void {
    for (const step of steps) if (!this.#steps.has(step)) this.tell(step, 'skipped', { sentence })
  }

  get failed(): boolean {
    return [...this.#steps.values()].some(({ state }) => state === 'failed')
  }

  list(): readonly BrokerTestStep[] {
    return order.flatMap((step) => this.#steps.get(step) ?? [])
  }
}

const facetWords: Readonly<Record<string, string>> = {
  browse: 'look at messages',
  tail: 'follow new messages',
  publish: 'publish',
  claim: 'replay and take out',
  purge: 'purge',
  manage: 'create a place to park',
  groups: 'consumer groups',
  deadLetters: 'where rejects go',
}

/** Version and abilities of a broker that let us in. */
export function tellAbilities(steps: Steps, abilities: Abilities): void {
  const known = Object.entries(facetWords)
  const levelOf = (facet: string) => abilities[facet as keyof Abilities]?.level ?? 'none'
  const found = known.filter(([facet]) => levelOf(facet) !== 'none').map(([, words]) => words)
  const missing = known.filter(([facet]) => levelOf(facet) === 'none')
  const why = missing.map(([facet, words]) => {
    const reason = abilities[facet as keyof Abilities]?.reason
    return reason === undefined ? words : `${words} (${reason})`
  })
  const sentence = `Found: ${found.join(', ') || 'none'}.${why.length > 0 ? ` Missing: ${why.join('; ')}.` : ''}`
  steps.tell('abilities', found.length === 0 ? 'warning' : 'ok', { sentence })
}
