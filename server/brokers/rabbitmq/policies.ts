import { type Json, numberAt, objectAt, textAt } from './management.ts'

interface Policy {
  readonly vhost: string
  readonly name: string
  readonly pattern: RegExp
  readonly applyTo: string
  readonly priority: number
  readonly definition: Json
}
export interface Policies {
  readonly user: readonly Policy[]
  readonly operator: readonly Policy[]
}

export function readPolicies(user: readonly Json[], operator: readonly Json[]): Policies {
  return { user: user.flatMap(readPolicy), operator: operator.flatMap(readPolicy) }
}

function readPolicy(json: Json): Policy[] {
  try {
    return [
      {
        vhost: textAt(json, 'vhost') ?? '/',
        name: textAt(json, 'name') ?? '',
        pattern: new RegExp(textAt(json, 'pattern') ?? '', 'u'),
        applyTo: textAt(json, 'apply-to') ?? 'all',
        priority: numberAt(json, 'priority') ?? 0,
        definition: objectAt(json, 'definition'),
      },
    ]
  } catch {
    // A PCRE pattern JavaScript cannot read: its policy is only known where the broker names it itself.
    return []
  }
}

const kindsOf: Record<string, readonly string[]> = {
  all: ['classic', 'quorum', 'stream', 'other', 'exchange'],
  queues: ['classic', 'quorum', 'stream', 'other'],
  classic_queues: ['classic'],
  quorum_queues: ['quorum'],
  streams: ['stream'],
  exchanges: ['exchange'],
}

export interface MatchedPolicy {
  readonly policy: string | null
  readonly operatorPolicy: string | null
  readonly definition: Json
}

/**
 * The one user policy and the one operator policy of highest priority that match, merged as the broker does:
 * numbers take the smaller, `overflow` and every other key the operator's.
 */
export function matchPolicy(policies: Policies, vhost: string, name: string, kind: string): MatchedPolicy {
  const pick = (list: readonly Policy[]) =>
    list
      .filter((p) => p.vhost === vhost && (kindsOf[p.applyTo] ?? []).includes(kind) && p.pattern.test(name))
      .sort((a, b) => b.priority - a.priority)[0]
  const user = pick(policies.user)
  const operator = pick(policies.operator)
  const definition: Json = { ...user?.definition }
  for (const [key, value] of Object.entries(operator?.definition ?? {})) {
    const mine = definition[key]
    definition[key] = typeof mine === 'number' && typeof value === 'number' ? Math.min(mine, value) : value
  }
  return { policy: user?.name ?? null, operatorPolicy: operator?.name ?? null, definition }
}
