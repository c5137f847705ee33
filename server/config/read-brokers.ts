import { z } from 'zod'
import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { Finding } from './config-error.ts'
import type { BrokerConfig } from './contract.ts'
import { brokerBaseSchema } from './schema.ts'
import { Secret } from './secret.ts'

/** The schema of each kind's own options. */
export type OptionsByKind = ReadonlyMap<BrokerKind, z.ZodType>

const baseKeys = Object.keys(brokerBaseSchema.shape)

/** The listed brokers; everything wrong with them goes to `findings`. */
export function readBrokers(
  entries: readonly Readonly<Record<string, unknown>>[],
  optionsByKind: OptionsByKind,
  findings: Finding[],
): BrokerConfig[] {
  const seen = new Set<string>()
  return entries.flatMap((entry, index) => {
    const path = ['brokers', index]
    const base = brokerBaseSchema.safeParse(entry)
    if (!base.success) findings.push(...findingsOf(base.error, path, brokerBaseSchema))
    const schema = readKind(entry.kind, optionsByKind, path, findings)
    const options = schema === null ? null : readOptions(entry, schema, path, findings)
    if (!base.success || options === null) return []
    const { id, kind, label = id, environment, mode } = base.data
    if (seen.has(id))
      findings.push({ path: [...path, 'id'], message: `expected an id of its own, ${id} is taken` })
    seen.add(id)
    return [{ id, kind, label, environment, mode, options }]
  })
}

/** The schema of the kind that is named; null, and a finding, when there is none of that name. */
function readKind(
  value: unknown,
  optionsByKind: OptionsByKind,
  path: readonly (string | number)[],
  findings: Finding[],
): z.ZodType | null {
  if (typeof value !== 'string') return null
  const schema = optionsByKind.get(value)
  if (schema) return schema
  const known = [...optionsByKind.keys()].join(', ')
  findings.push({
    path: [...path, 'kind'],
    message: `expected one of ${known}, got ${JSON.stringify(value)}`,
  })
  return null
}

function readOptions(
  entry: Readonly<Record<string, unknown>>,
  schema: z.ZodType,
  path: readonly (string | number)[],
  findings: Finding[],
): Secret<unknown> | null {
  const own = Object.fromEntries(Object.entries(entry).filter(([key]) => !baseKeys.includes(key)))
  const parsed = schema.safeParse(own)
  if (parsed.success) return new Secret(parsed.data)
  findings.push(...findingsOf(parsed.error, path, schema, baseKeys))
  return null
}

/** zod's issues as findings: unknown keys at the key itself, with the keys that are known at that level. */
export function findingsOf(
  error: z.ZodError,
  prefix: readonly (string | number)[],
  schema: z.ZodType,
  alsoKnown: readonly string[] = [],
): Finding[] {
  return error.issues.flatMap((issue): Finding[] => {
    const own = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
    const path = [...prefix, ...own]
    if (issue.code !== 'unrecognized_keys') return [{ path, message: wordsOf(issue) }]
    const known = own.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
    const all = known.length === 0 ? [] : [...alsoKnown, ...known]
    const expected = all.length === 0 ? '' : `; expected one of ${all.join(', ')}`
    return issue.keys.map((key) => ({ path, key, message: `unknown key${expected}` }))
  })
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') {
    const words = new Set(issue.errors.flat().map((inner) => wordsOf(inner)))
    if (words.size > 0) return [...words].join(', or ')
  }
  return issue.message.replace(/^Invalid (input|option): /, '')
}
